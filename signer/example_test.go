package signer_test

import (
	"fmt"

	"signpost/signer"
)

func ExampleSign() {
	params := []signer.Param{
		{Name: "timestamp", Value: "1315060510"},
		{Name: "public_id", Value: "sample_image"},
	}
	signature, err := signer.Sign(params, signer.NewSecret("abcd"), signer.Options{})
	fmt.Println(signature, err)
	// Output: b4ad47fb4e25c7bf5f92a20089f9db59bc302313 <nil>
}

func ExampleVerify() {
	params := []signer.Param{{Name: "public_id", Value: "sample_image"}, {Name: "timestamp", Value: "1315060510"}}
	err := signer.Verify(params, "b4ad47fb4e25c7bf5f92a20089f9db59bc302313", signer.NewSecret("abcx"), signer.Options{})
	fmt.Println(err)
	// Output: the signature does not match
}

func ExampleExplain() {
	trace, _ := signer.Explain([]signer.Param{
		{Name: "public_id", Value: "sample_image"},
		{Name: "timestamp", Value: "1315060510"},
		{Name: "api_key", Value: "1234"},
	}, signer.NewSecret("abcd"), signer.Options{})
	fmt.Println(trace.StringToSign)
	for _, l := range trace.LeftOut {
		fmt.Println(l.Name, "is", l.Reason.Words())
	}
	// Output:
	// public_id=sample_image&timestamp=1315060510
	// api_key is never signed: file, api_key, cloud_name and resource_type stay out
}
