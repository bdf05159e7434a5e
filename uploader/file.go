package uploader

// FileKind is what a typed file turned out to be.
type FileKind uint8

// A remote file and a data URI are ordinary form fields; a path and, on a live account,
// the sample are sent as bytes.
const (
	FileNone   FileKind = iota // nothing typed
	FilePath                   // a local path
	FileHTTP                   // http:// or https://, fetched by the service
	FileFTP                    // ftp://
	FileS3                     // s3://bucket/key
	FileGS                     // gs://bucket/key
	FileData                   // data:…;base64,…
	FileSample                 // the built-in sample picture, sent as bytes
)

// String names the kind in one or two words: "local file", "URL", "data URI".
func (k FileKind) String() string {
	switch k {
	case FilePath:
		return "local file"
	case FileHTTP:
		return "URL"
	case FileFTP:
		return "FTP"
	case FileS3:
		return "S3 bucket"
	case FileGS:
		return "GCS bucket"
	case FileData:
		return "data URI"
	case FileSample:
		return "sample picture"
	}
	return "no file"
}

// File is a typed file, recognised.
type File struct {
	Kind FileKind
	// Text is the field's value as it is sent (remote kinds), or as it was typed.
	Text string
	// Path is the local path with quotes, escapes, file:// and ~ resolved; only for FilePath.
	Path string
	// Name is the file name that the form carries; for FilePath and FileSample.
	Name string
	// SampleURL is where the sample can be fetched from while the sandbox runs; only for FileSample.
	SampleURL string
	// Bytes is the content of a FileSample.
	Bytes []byte
}

// IsBytes reports whether the file goes into the form as a part with a file name.
func (f File) IsBytes() bool { return f.Kind == FilePath || f.Kind == FileSample }
