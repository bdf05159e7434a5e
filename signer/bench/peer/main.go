// Peer uploads a file with the Go SDK, in its parts of 20 MB, to measure it.
//
//	CLOUDINARY_URL=... peer BASE FILE
package main

import (
	"context"
	"log"
	"os"

	"github.com/cloudinary/cloudinary-go/v2"
	"github.com/cloudinary/cloudinary-go/v2/api/uploader"
)

func main() {
	cld, err := cloudinary.New()
	if err != nil {
		log.Fatal(err)
	}
	cld.Config.API.UploadPrefix = os.Args[1]
	cld.Upload.Config.API.UploadPrefix = os.Args[1]
	cld.Upload.Config.API.ChunkSize = 20_000_000
	r, err := cld.Upload.Upload(context.Background(), os.Args[2], uploader.UploadParams{PublicID: "x", ResourceType: "raw"})
	if err != nil {
		log.Fatal(err)
	}
	if r.PublicID != "x" {
		log.Fatal("the answer is another: ", r.Error)
	}
}
