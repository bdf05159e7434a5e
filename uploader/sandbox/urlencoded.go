package sandbox

import (
	"bufio"
	"io"
)

// urlencoded reads name=value pairs joined with &, in which + is a blank and %41 a
// byte. Unlike the standard library it takes a ; as what it is, and a % that two
// hexadecimal digits do not follow: a data URI holds a ;, and people write values
// unescaped. The value of file is not held in memory.
func (fr *formReader) urlencoded(r io.Reader) error {
	u := &pairReader{r: bufio.NewReaderSize(r, 32<<10)}
	for !u.atEnd {
		u.inName = true
		name, err := fr.text(u)
		if err != nil {
			return err
		}
		hasValue := !u.atEnd && !u.pairEnded
		u.inName = false
		switch {
		case hasValue && name == "file":
			err = fr.fileText(u)
		case hasValue:
			var value string
			if value, err = fr.text(u); err == nil {
				err = fr.add(name, value)
			}
		case name != "":
			err = fr.add(name, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// text reads a name or a value into memory.
func (fr *formReader) text(u *pairReader) (string, error) {
	u.pairEnded = false
	room := fr.limits.FieldBytes - fr.bytes
	var out []byte
	for {
		c, ok, err := u.next()
		if err != nil || !ok {
			return string(out), err
		}
		if int64(len(out)) >= room {
			return "", fail(fieldTooLarge, fr.limits.FieldBytes)
		}
		out = append(out, c)
	}
}

// fileText reads the value of file.
func (fr *formReader) fileText(u *pairReader) error {
	u.pairEnded = false
	s := fr.fileSpool(true)
	w := bufio.NewWriterSize(s, 32<<10)
	for {
		c, ok, err := u.next()
		if err == nil && ok {
			err = w.WriteByte(c)
		}
		if err != nil {
			s.drop()
			return err
		}
		if ok {
			continue
		}
		if err := w.Flush(); err != nil {
			s.drop()
			return err
		}
		fr.setFile(s, true, "")
		return nil
	}
}

// pairReader reads one decoded byte of a pair at a time.
type pairReader struct {
	r *bufio.Reader
	// inName is true where a = ends the text; in a value it is a byte like others.
	inName bool
	// pairEnded is true after a &, atEnd after the end of the body.
	pairEnded, atEnd bool
}

// next returns the next byte; ok is false where the name or the value ends.
func (u *pairReader) next() (c byte, ok bool, err error) {
	c, err = u.r.ReadByte()
	if err == io.EOF {
		u.atEnd = true
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	switch {
	case c == '&':
		u.pairEnded = true
		return 0, false, nil
	case c == '=' && u.inName:
		return 0, false, nil
	case c == '+':
		return ' ', true, nil
	case c == '%':
		two, _ := u.r.Peek(2)
		if len(two) == 2 && isHex(two[0]) && isHex(two[1]) {
			c = unhex(two[0])<<4 | unhex(two[1])
			_, err = u.r.Discard(2)
			return c, true, err
		}
	}
	return c, true, nil
}

// isHex reports whether c is a hexadecimal digit.
func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// unhex is the value of a hexadecimal digit.
func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&0xdf - 'A' + 10
}
