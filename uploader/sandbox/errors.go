package sandbox

import (
	"fmt"
	"net/http"
)

// fault names one line of the table of errors.
type fault uint8

const (
	invalidSignature fault = iota
	staleRequest
	missingParameter
	unknownKey
	invalidCloud
	cloudMismatch
	secretMismatch
	invalidKey
	presetRequired
	presetNotFound
	presetSigned
	notUnsigned
	bearerRefused
	partRange
	partLength
	partSmall
	partTotal
	partOverlap
	partMissing
	partComplete
	partForgotten
	partsMany
	badFault
	invalidValue
	addOnInvalid
	noSubscription
	unknownMetadata
	idTaken
	notMade
	busy
	tooManyClouds
	tooManyAtOnce
	presetUnknown
	invalidImage
	invalidVideo
	emptyFile
	imageFormat
	videoFormat
	rawFormat
	unknownFormat
	fileTooLarge
	pictureTooLarge
	loadingFailed
	invalidURL
	unsupportedSource
	invalidDataURI
	invalidPublicID
	displayName
	invalidType
	transformation
	tooManyEager
	renderTimeout
	picturesOnly
	notFound
	unsignedURL
	notOpen
	malformedBody
	tooManyFields
	fieldTooLarge
	tooSlow
	storeFull
	wrongMethod
	noSuchAction
	foreignHost
	foreignOrigin
	internal
	faultCount
)

// row is one line of the table: status, text, where the text comes from. A text that
// is unconfirmed was not seen from the service; source says what it rests on.
type row struct {
	status      int
	text        string
	source      string
	unconfirmed bool
}

// table holds every error that the sandbox answers. "public threads" are issues and
// questions whose posts show the service's raw answer.
var table = [faultCount]row{
	invalidSignature:  {401, "Invalid Signature %s. String to sign - '%s'.", "cloudinary_npm issues 59, 133; ExCloudinary pull 4", false},
	staleRequest:      {400, "Stale request - reported time is %s which is more than 1 hour ago", "cloudinary_java issue 25, cloudinary_gem issue 222", false},
	missingParameter:  {400, "Missing required parameter - %s", "cloudinary_ios issue 71, cloudinary_java issue 42; unconfirmed for timestamp and signature", false},
	unknownKey:        {401, "Unknown API key %s", "cloudinary_npm issues 214, 288", false},
	invalidCloud:      {401, "Invalid cloud_name %s", "autoform-cloudinary issue 20", false},
	cloudMismatch:     {401, "cloud_name mismatch", "cloudinary_npm docs/troubleshoot-errors.md; seen with Basic authentication only", true},
	secretMismatch:    {401, "api_secret mismatch", "cloudinary_npm docs/troubleshoot-errors.md", false},
	invalidKey:        {401, "Invalid api_key %s", "cloudinary_npm docs/troubleshoot-errors.md", false},
	presetRequired:    {400, "Upload preset must be specified when using unsigned upload", "cloudinary_js issue 49", false},
	presetNotFound:    {400, "Upload preset not found", "public threads", false},
	presetSigned:      {400, "Upload preset must be whitelisted for unsigned uploads", "public threads", false},
	notUnsigned:       {400, "%s parameter is not allowed when using unsigned upload. Only " + unsignedNames + " upload parameters are allowed.", "public threads", false},
	bearerRefused:     {401, "Invalid OAuth token", "own words", true},
	partRange:         {400, "Invalid Content-Range %s", "own words", true},
	partLength:        {400, "The part has %d bytes, its Content-Range says %d", "own words", true},
	partSmall:         {400, "All parts except EOF-chunk must be larger than 5mb", "cloudinary_npm test/integration/api/uploader/uploader_spec.js", false},
	partTotal:         {400, "The Content-Range says %d bytes in all, earlier parts said %d", "own words", true},
	partOverlap:       {400, "The part with bytes %d-%d overlaps another one, or has other bytes than before", "own words", true},
	partMissing:       {400, "The last part came before the part that begins at byte %d", "own words", true},
	partComplete:      {400, "The upload with this X-Unique-Upload-Id is complete", "own words", true},
	partForgotten:     {404, "Unknown X-Unique-Upload-Id", "own words", true},
	partsMany:         {400, "Too many unfinished uploads or parts. Maximum is %d.", "own words", true},
	badFault:          {400, "There is no fault %s", "own words", true},
	invalidValue:      {400, "Invalid value for %s: %s", "own words", true},
	addOnInvalid:      {400, "%s", "cloudinary_npm test/integration/api/uploader/uploader_spec.js", false},
	noSubscription:    {420, "You don't have an active subscription for %s", "public threads", false},
	unknownMetadata:   {400, "Metadata External IDs do not exist: %s", "pycloudinary test/test_uploader.py", false},
	idTaken:           {400, "to_public_id (%s) already exists", "cloudinary_npm tests expect the words already exists; the rest is unconfirmed", true},
	notMade:           {400, "The sandbox does not make %s", "own words", true},
	busy:              {503, "The sandbox has too much to do in the background", "own words", true},
	tooManyClouds:     {400, "The sandbox has %d clouds already. A reset of one that nobody needs makes room.", "own words", true},
	tooManyAtOnce:     {420, "Rate Limit Exceeded. The sandbox answers %d requests of one cloud at the same time.", "own words", true},
	presetUnknown:     {404, "Can't find upload preset named %s", "cloudinary_npm tests; the words are unconfirmed", true},
	invalidImage:      {400, "Invalid image file", "public threads; cloudinary_npm tests", false},
	invalidVideo:      {400, "Unsupported video format or file", "public threads", false},
	emptyFile:         {400, "Empty file", "public threads; CloudinaryDotNet tests", false},
	imageFormat:       {400, "Image file format %s not allowed", "public threads", false},
	videoFormat:       {400, "Video file format %s not allowed", "by analogy with image and raw", true},
	rawFormat:         {400, "Raw file format %s not allowed", "public threads", false},
	unknownFormat:     {400, "An unknown file format not allowed", "public threads", false},
	fileTooLarge:      {400, "File size too large. Got %d. Maximum is %d.", "public threads", false},
	pictureTooLarge:   {400, "Maximum image size is %d Megapixels. Requested %.2f Megapixels", "own reading", true},
	loadingFailed:     {400, "Error in loading %s - %s", "public threads; of the reasons 404 Not Found, 403 Forbidden and ERR_DNS_FAIL 0 were seen", false},
	invalidURL:        {400, "Invalid URL for upload", "public threads", false},
	unsupportedSource: {400, "Unsupported source URL: %s", "public threads", false},
	invalidDataURI:    {400, "Invalid data URI", "own words", true},
	invalidPublicID:   {400, "public_id (%s) is invalid", "public threads", false},
	displayName:       {400, "Display name cannot contain slashes", "public threads", false},
	invalidType:       {400, "Invalid type %s", "own reading", true},
	transformation:    {400, "%s", "package render", false},
	tooManyEager:      {400, "Too many eager transformations. Got %d. Maximum is %d.", "own words", true},
	renderTimeout:     {400, "Transformation takes too long", "own words", true},
	picturesOnly:      {400, "The sandbox transforms images only", "own words", true},
	notFound:          {404, "Resource not found - %s", "pycloudinary test/test_uploader.py", false},
	unsignedURL:       {401, "The URL is not signed", "own words", true},
	notOpen:           {401, "deny or ACL failure", "public threads; unconfirmed for access_control", true},
	malformedBody:     {400, "Malformed request body: %s", "own words", true},
	tooManyFields:     {400, "Too many parameters. Maximum is %d.", "own words", true},
	fieldTooLarge:     {400, "Parameters are too long. Maximum is %d bytes.", "own words", true},
	tooSlow:           {408, "The request body arrives too slowly", "own words", true},
	storeFull:         {400, "The sandbox is full. It keeps %d bytes and %d files at most.", "own words", true},
	wrongMethod:       {405, "Method %s not allowed", "own words", true},
	noSuchAction:      {404, "Not Found", "own words", true},
	foreignHost:       {421, "The sandbox answers to a loopback name and its own port only", "own words", true},
	foreignOrigin:     {403, "The sandbox takes no requests from other origins", "own words", true},
	internal:          {500, "General error", "pycloudinary exceptions.py names the class; the text is unconfirmed", true},
}

// refusal is an error as the service answers it: a status and a text for error.message
// and X-Cld-Error. The text may hold what the client sent; it is never logged here.
type refusal struct {
	fault  fault
	status int
	text   string
}

func (e *refusal) Error() string { return e.text }

// fail makes the refusal of one line of the table.
func fail(f fault, args ...any) *refusal {
	r := table[f]
	text := r.text
	if len(args) > 0 {
		text = fmt.Sprintf(r.text, args...)
	}
	return &refusal{fault: f, status: r.status, text: text}
}

// statusLine is the value of the Status header: "401 Unauthorized".
func statusLine(status int) string {
	return fmt.Sprintf("%d %s", status, http.StatusText(status))
}

// tooLargePage is the gateway's answer to a request above its limit. That it is HTML
// and not JSON is known; the words are not.
const tooLargePage = "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n" +
	"<body>\r\n<center><h1>413 Request Entity Too Large</h1></center>\r\n</body>\r\n</html>\r\n"
