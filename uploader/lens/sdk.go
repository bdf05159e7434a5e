package lens

import "slices"

// Evidence says where the knowledge of what an SDK does comes from.
type Evidence string

// Ran is checked against known answers from running the SDK, Read was read in its source.
const (
	Ran  Evidence = "checked against answers of the SDK"
	Read Evidence = "read in its source, not run"
)

// SDK is an official SDK.
type SDK struct {
	ID, Name, Version string
	// Helper is the function that people call by hand, Call the one that makes the form of
	// an upload; each as file: function.
	Helper, Call string
	// HelperEvidence and CallEvidence belong to them.
	HelperEvidence, CallEvidence Evidence
	letter                       string // in catalog.Param.SentBy; empty where that has none
}

// The identifiers of the SDKs, as the known answers spell them.
const (
	Node   = "npm"
	Python = "python"
	Ruby   = "ruby"
	PHP    = "php"
	Java   = "java"
	DotNet = "dotnet"
	Go     = "go"
)

// SDKs returns the seven SDKs.
func SDKs() []SDK { return slices.Clone(sdks) }

var sdks = []SDK{
	{Node, "Node", "2.11.0", "lib/utils/index.js: api_sign_request", "lib/utils/index.js: build_upload_params", Ran, Ran, "N"},
	{Python, "Python", "1.46.0", "cloudinary/utils.py: api_sign_request", "cloudinary/utils.py: build_upload_params", Ran, Ran, "P"},
	{Ruby, "Ruby", "2.4.5", "lib/cloudinary/utils.rb: api_sign_request", "lib/cloudinary/uploader.rb: build_upload_params", Ran, Ran, "R"},
	{PHP, "PHP", "3.1.2", "src/Api/Utils/ApiUtils.php: signParameters", "src/Api/Upload/UploadTrait.php: buildUploadParams", Ran, Read, "H"},
	{Java, "Java", "main, July 2026", "cloudinary-core Util.java: produceSignature", "cloudinary-core Util.java: buildUploadParams", Ran, Read, ""},
	{DotNet, ".NET", "main", "CloudinaryDotNet/ApiShared.cs: SignParameters", "CloudinaryDotNet/Actions/AssetsUpload: ToParamsDictionary", Read, Read, ""},
	{Go, "Go", "2.16.1", "api/api.go: SignParametersUsingAlgoAndVersion", "api/api.go: StructToParams", Ran, Ran, "G"},
}
