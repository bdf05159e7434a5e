package render

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"testing"
)

// TestT35TinyFrames: a great many tiny frames are refused before any is decoded.
func TestT35TinyFrames(t *testing.T) {
	t.Parallel()
	frame := image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{color.Black, color.White})
	make := func(n int) []byte {
		g := &gif.GIF{}
		for range n {
			g.Image, g.Delay = append(g.Image, frame), append(g.Delay, 1)
		}
		var b bytes.Buffer
		if err := gif.EncodeAll(&b, g); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	c, err := Parse("w_2")
	if err != nil {
		t.Fatal(err)
	}
	var refused *Error
	if _, err := Apply(context.Background(), make(maxFramePixels/minFramePixels+1), c, "gif"); !errors.As(err, &refused) {
		t.Errorf("too many frames: %v", err)
	}
	if _, err := Apply(context.Background(), make(20), c, "gif"); err != nil {
		t.Errorf("twenty frames: %v", err)
	}
}
