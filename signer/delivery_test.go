package signer

import "testing"

// The known answers are those of the official SDKs' own tests (secret b).
func TestSignDelivery(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"c_crop,h_20,w_10/image.jpg": "Ai4Znfl3",
		"image.jpg":                  "--SjmNDA",
	} {
		got, err := SignDelivery(path, NewSecret("b"))
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", path, got, err, want)
		}
	}
	if got, err := SignDeliveryWith("sample.jpg", NewSecret("b"), SHA256, LongDelivery); err != nil || got != "2hbrSMPOjj5BJ4xV7SgFbRDevFaQNUFf" {
		t.Errorf("long: got %q, %v", got, err)
	}
	if _, err := SignDelivery("image.jpg", Secret{}); err != ErrNoSecret {
		t.Errorf("no secret: %v", err)
	}
}
