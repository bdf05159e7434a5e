package export_test

import (
	"fmt"
	"time"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/export"
)

func ExampleCurl() {
	d := uploader.Draft{Timestamp: "1315060510"}.With("context", "caption=It's new")
	a := uploader.Account{CloudName: "my-cloud", APIKey: "1234", Secret: signer.NewSecret(signer.Published)}
	file := uploader.ParseFile("./a,b.jpg", uploader.FileOptions{})
	p, err := uploader.Prepare(d, a, file, time.Unix(1315060510, 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	command, err := export.Curl(p, export.CurlOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	until, _ := export.ValidUntil(p)
	fmt.Println(command)
	fmt.Println("valid until", until.UTC().Format(time.RFC3339))
	// Output:
	// curl -q --globoff --proto '=https' \
	//   https://api.cloudinary.com/v1_1/my-cloud/image/upload \
	//   --form-string 'context=caption=It'\''s new' \
	//   --form-string 'timestamp=1315060510' \
	//   --form-string 'signature=77bd75cce2f1c483bad31d72abdbe520edb50621' \
	//   --form-string 'api_key=1234' \
	//   -F 'file=@"./a,b.jpg"'
	// valid until 2011-09-03T15:35:10Z
}
