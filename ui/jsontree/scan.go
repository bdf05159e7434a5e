package jsontree

import "bytes"

func (p *parser) word() (kind, error) {
	for _, w := range []struct {
		text string
		kind kind
	}{{"true", kindTrue}, {"false", kindFalse}, {"null", kindNull}} {
		if bytes.HasPrefix(p.text[p.at:], []byte(w.text)) {
			p.at += len(w.text)
			return w.kind, nil
		}
	}
	return 0, p.fail("this is no JSON value")
}

func (p *parser) skipString() error {
	start := p.at
	p.at++
	for p.at < len(p.text) {
		i := bytes.IndexByte(p.text[p.at:], '"')
		if i < 0 {
			break
		}
		escaped := p.at + i
		for escaped > start+1 && p.text[escaped-1] == '\\' {
			escaped--
		}
		p.at += i + 1
		if (p.at-1-escaped)%2 == 0 {
			return nil
		}
	}
	p.at = len(p.text)
	return p.fail("the text ends inside a string")
}

func (p *parser) skipNumber() error {
	start := p.at
	for p.at < len(p.text) {
		c := p.text[p.at]
		if c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E' {
			p.at++
			continue
		}
		break
	}
	if last := p.text[p.at-1]; last < '0' || last > '9' {
		p.at = start
		return p.fail("this is no number")
	}
	return nil
}

// skipDeep passes over a container that is too deep to be taken apart.
func (p *parser) skipDeep() error {
	depth := 0
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case '"':
			if err := p.skipString(); err != nil {
				return err
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		p.at++
		if depth == 0 {
			return nil
		}
	}
	return p.fail("the text ends inside brackets")
}
