package render

import (
	"bytes"
	"fmt"
	"testing"
)

// TestPartIsWhole: a part that was cut out is a picture of its own, whatever is done to it
// next: the same as if it had been written and read again before. A part at the upper
// left corner shares its origin with the picture that it was cut from.
func TestPartIsWhole(t *testing.T) {
	t.Parallel()
	translucent := quarters(40, 20)
	for i := 3; i < len(translucent.Pix); i += 4 {
		translucent.Pix[i] = uint8(150 + i%100)
	}
	opaque, alpha := pngOf(t, quarters(40, 20)), pngOf(t, translucent)
	parts := []string{"c_crop,w_10,h_8,g_north_west", "c_crop,w_40,h_8,x_0,y_0", "c_crop,w_10,h_20,x_0,y_0", "c_crop,w_40,h_1,g_north", "c_crop,w_10,h_8,g_south_east"}
	looks := []string{"a_0", "o_50", "r_3", "r_max", "a_30", "a_90", "bo_2px_solid_red", "bo_2px_solid_red,r_3", "b_white", "w_7,h_5", "e_negate", "e_sepia", "e_blur:50", "e_pixelate:3"}
	for _, format := range []string{"png", "jpg", "gif", "webp"} {
		for _, part := range parts {
			for _, look := range looks {
				for name, src := range map[string][]byte{"opaque": opaque, "translucent": alpha} {
					text := fmt.Sprintf("e_negate/%s/%s/%s", part, look, format)
					got, _ := apply(t, src, text)
					_, middle := apply(t, src, "e_negate/"+part+"/png")
					want, _ := apply(t, middle.Data, look+"/"+format)
					if got.Rect != want.Rect || !bytes.Equal(got.Pix, want.Pix) {
						t.Errorf("%s of the %s picture is another than in two turns", text, name)
					}
				}
			}
		}
	}
}
