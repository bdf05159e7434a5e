package uploader_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"signpost/signer"
	"signpost/uploader"
)

// A draft and an account become one request; the client sends it once.
func ExampleClient_Upload() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("signed:", signer.StringToSign([]signer.Param{
			{Name: "public_id", Value: r.FormValue("public_id")}, {Name: "timestamp", Value: r.FormValue("timestamp")},
		}, signer.V2))
		_, _ = io.WriteString(w, `{"public_id":"sample_image","version":1}`)
	}))
	defer server.Close()

	account := uploader.SandboxAccount(server.URL)
	draft := uploader.Draft{File: "https://example.com/cat.jpg"}.With("public_id", "sample_image")
	file := uploader.ParseFile(draft.File, uploader.FileOptions{})
	p, err := uploader.Prepare(draft, account, file, time.Unix(1315060510, 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := uploader.New(uploader.ClientConfig{}).Upload(context.Background(), p, nil)
	if err != nil {
		fmt.Println(uploader.Explain(err, p).Title, uploader.ExitCode(err))
		return
	}
	fmt.Println(result.StatusText, result.PublicID)
	// Output:
	// signed: public_id=sample_image&timestamp=1315060510
	// 200 OK sample_image
}
