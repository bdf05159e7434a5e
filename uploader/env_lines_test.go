package uploader

import "testing"

func TestEnvLines(t *testing.T) {
	t.Parallel()
	got := EnvLines([]byte("# a comment\r\nexport API_SECRET=abc # old\r\nVITE_CLOUD_NAME = \"demo\"\nAPI_KEY=1\nAPI_KEY=2\n"))
	want := map[string]EnvLine{
		"API_SECRET":      {Value: "abc", Raw: "abc # old"},
		"VITE_CLOUD_NAME": {Value: "demo", Raw: ` "demo"`},
		"API_KEY":         {Value: "2", Raw: "2"},
	}
	if len(got) != len(want) {
		t.Errorf("%d assignments", len(got))
	}
	for name, w := range want {
		if got[name] != w {
			t.Errorf("%s: %+v", name, got[name])
		}
	}
	if got := EnvLines([]byte("A=\x00")); len(got) != 0 {
		t.Errorf("%d of a binary file", len(got))
	}
}
