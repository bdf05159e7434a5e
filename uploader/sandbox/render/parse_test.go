package render

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// TestParseErrors: what cannot be read is refused in the service's words.
func TestParseErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"foo": "Invalid extension in transformation: foo", "foo,w_1": "Invalid transformation component - foo",
		"zz_1": "Invalid transformation component - zz_1", "w_1,zz_1": "Invalid transformation component - w_1",
		"w_1/zz_1,h_2/png": "Invalid transformation component - zz_1", "_1": "Invalid transformation component - _1",
		"w_": "Invalid transformation component - w_", "w_1,,h_1": "Invalid transformation component - w_1",
		"w_1//h_1": "Invalid transformation component - ", "": "Invalid transformation component - ",
		"w_1/": "Invalid transformation component - ", "w_100/auto": "Invalid transformation component - auto",
		"w_1/exe": "Invalid extension in transformation: exe", "w_1/mp4": "Invalid extension in transformation: mp4",
		"w_1/notaformat": "Invalid extension in transformation: notaformat", "w_1,f_tiff": "Invalid extension in transformation: tiff",
		"w_abc": "Invalid width in transformation: abc", "h_0": "Invalid height in transformation: 0", "w_-5": "Invalid width in transformation: -5",
		"w_10.5": "Invalid width in transformation: 10.5", "w_0.0": "Invalid width in transformation: 0.0", "w_+5": "Invalid width in transformation: +5",
		"w_0x.8p0": "Invalid width in transformation: 0x.8p0", "w_99999999999999999999": "Invalid width in transformation: 99999999999999999999",
		"h_.": "Invalid height in transformation: .", "x_NaN": "Invalid x in transformation: NaN", "y_1e9": "Invalid y in transformation: 1e9",
		"c_nope": "Invalid crop mode in transformation: nope", "g_up": "Invalid gravity in transformation: up",
		"ar_0:1": "Invalid aspect_ratio in transformation: 0:1", "ar_1:2:3": "Invalid aspect_ratio in transformation: 1:2:3", "ar_Inf": "Invalid aspect_ratio in transformation: Inf",
		"b_rgb:12345": "Invalid background in transformation: rgb:12345", "b_automobile": "Invalid background in transformation: automobile",
		"b_rgb:+12345": "Invalid background in transformation: rgb:+12345", "r_1:2:3:4:5": "Invalid radius in transformation: 1:2:3:4:5",
		"r_-1": "Invalid radius in transformation: -1", "a_north": "Invalid angle in transformation: north", "a_90.": "Invalid angle in transformation: 90.",
		"o_101": "Invalid opacity in transformation: 101", "q_0": "Invalid quality in transformation: 0", "q_auto:huge": "Invalid quality in transformation: auto:huge",
		"bo_4px_dotted_red": "Invalid border in transformation: 4px_dotted_red", "bo_-4px_solid_red": "Invalid border in transformation: -4px_solid_red",
		"dpr_0": "Invalid dpr in transformation: 0", "dpr_11": "Invalid dpr in transformation: 11",
		"e_nope": "Invalid transformation component - e_nope", "e_grayscale:5": "Invalid effect level in transformation: grayscale:5",
		"e_sepia:0": "Invalid effect level in transformation: sepia:0", "e_sepia:101": "Invalid effect level in transformation: sepia:101",
		"e_blur:2001": "Invalid effect level in transformation: blur:2001", "e_pixelate:201": "Invalid effect level in transformation: pixelate:201",
		"e_brightness:-100": "Invalid effect level in transformation: brightness:-100", "e_contrast:101": "Invalid effect level in transformation: contrast:101",
		"e_saturation:x": "Invalid effect level in transformation: saturation:x", "e_blur:": "Invalid effect level in transformation: blur:",
		"t_mine": "Unknown transformation mine", "e_vignette": "Effect vignette is known to the service, but not drawn by this sandbox",
		"l_text:Arial:hello": "Parameter l_ is known to the service, but not drawn by this sandbox", "$x_10": "Parameter $x_ is known to the service, but not drawn by this sandbox",
		"b_gen_fill": "Parameter b_gen_fill is known to the service, but not drawn by this sandbox",
	} {
		_, err := Parse(text)
		var e *Error
		if !errors.As(err, &e) || e.Message != want {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

// TestParse: what is kept of a transformation.
func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, kept, format string
		steps              int
	}{
		{"w_400,h_300,c_pad", "w_400,h_300,c_pad", "", 1},
		{"w_400,h_300,c_pad/e_sepia/jpg", "w_400,h_300,c_pad/e_sepia", "jpg", 2},
		{"w_4/JPEG", "w_4", "jpg", 1}, {"png", "", "png", 0}, {"w_4,f_webp", "w_4,f_webp", "webp", 1}, {"w_4,f_webp/png", "w_4,f_webp", "png", 1},
		{"w_4,f_auto,q_auto:eco,dpr_auto", "w_4,f_auto,q_auto:eco,dpr_auto", "", 1}, {"b_auto:border,c_pad,w_1,h_1", "b_auto:border,c_pad,w_1,h_1", "", 1},
		{"w_0.5,h_1.0,x_-0.25,y_-7", "w_0.5,h_1.0,x_-0.25,y_-7", "", 1}, {"r_1:2:3:4,a_-20.hflip", "r_1:2:3:4,a_-20.hflip", "", 1},
	} {
		got, err := Parse(c.text)
		if err != nil || got.Text() != c.kept || got.Format() != c.format || len(got.steps) != c.steps {
			t.Errorf("%s: %q %q %d %v", c.text, got.Text(), got.Format(), len(got.steps), err)
		}
	}
	chains, err := ParseEager("w_400,h_300,c_pad|w_260,h_200,c_crop/png")
	if err != nil || len(chains) != 2 || chains[0].Text() != "w_400,h_300,c_pad" || chains[1].Format() != "png" {
		t.Errorf("%v %v", chains, err)
	}
	if _, err := ParseEager("w_1|"); err == nil {
		t.Error("an empty item is taken")
	}
}

// TestT35Steps: threat T35. Twenty steps, however they are written.
func TestT35Steps(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		strings.Repeat("w_1/", 19) + "w_1": true, strings.Repeat("w_1/", 20) + "w_1": false, strings.Repeat("w_1/", 20) + "png": true,
		"a_1" + strings.Repeat(".1", 19): true, "a_1" + strings.Repeat(".1", 20): false, "w_1/a_1" + strings.Repeat(".1", 19): false,
		"e_blur" + strings.Repeat(",e_blur", 19): true, "e_blur" + strings.Repeat(",e_blur", 20): false,
	} {
		_, err := Parse(text)
		if ok != (err == nil) || !ok && err.Error() != "Invalid transformation - more than 20 components" {
			t.Errorf("%.20s… (%d bytes): %v", text, len(text), err)
		}
	}
}

// FuzzParse: no text makes the parser panic, and what it takes, it takes again.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"w_400,h_300,c_pad/e_sepia/jpg", "a_37.hflip/r_5:1:2", "b_rgb:11223344,bo_4px_solid_red", "$x_1/if_w", "ar_16:9,x_0.1|png"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		chains, err := ParseEager(s)
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%q: %v", s, err)
		}
		for _, c := range chains {
			if len(c.steps) > MaxSteps {
				t.Fatalf("%q: %d steps", s, len(c.steps))
			}
			if c.Text() == "" {
				continue
			}
			again, aerr := Parse(c.Text())
			if err == nil && (aerr != nil || again.Text() != c.Text()) {
				t.Fatalf("%q becomes %q, which is refused: %v", s, c.Text(), aerr)
			}
		}
	})
}

// FuzzApply: no transformation of a small picture panics or makes an empty one.
func FuzzApply(f *testing.F) {
	for _, s := range []string{"w_10,h_10,c_pad,b_red", "a_37/r_5:1:2/e_blur:20", "ar_3:1,c_crop,g_south", "w_0.1/webp", "c_lfill,w_3,h_900,dpr_3", "a_auto_left,w_9,h_3,r_2,bo_3px_solid_red/gif"} {
		f.Add(s)
	}
	src := pngOf(f, quarters(8, 5))
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil || len(s) > 60 {
			return
		}
		out, err := Apply(context.Background(), src, c, "")
		if err != nil {
			return
		}
		if info, err := Probe(out.Data); err != nil || info.Width != out.Width || info.Height != out.Height || info.Format != out.Format {
			t.Fatalf("%q makes %dx%d %s, which is read as %+v (%v)", s, out.Width, out.Height, out.Format, info, err)
		}
	})
}

// FuzzPicture: no bytes make Probe or Apply panic, and refusals are the service's.
func FuzzPicture(f *testing.F) {
	small := quarters(9, 7)
	for _, format := range []string{"png", "jpg", "gif", "webp"} {
		b, err := encode(context.Background(), small, format, 80)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(withOrientation(jpegOf(f, small, 80), 6, true))
	f.Add(animation(f))
	c, err := Parse("w_5,h_5,c_fill/a_10")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		info, err := Probe(b)
		if err != nil || info.Width*info.Height*info.Frames > 100_000 {
			return
		}
		var e *Error
		out, err := Apply(context.Background(), b, c, "")
		if err != nil && !errors.As(err, &e) || err == nil && out.Width < 5 {
			t.Fatalf("%dx%d %v", out.Width, out.Height, err)
		}
	})
}
