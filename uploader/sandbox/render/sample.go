package render

import _ "embed"

// SampleName is the file name of the sample picture.
const SampleName = "sample.jpg"

//go:embed sample.jpg
var sample []byte

// Sample is the sample picture: a signpost on a hill, drawn by the test
// TestSampleIsDrawn (go test -run Sample -update draws it anew). It must not be modified.
func Sample() []byte { return sample }
