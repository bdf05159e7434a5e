package diagnose

// Cause is one of the forty ways in which signatures fail.
type Cause struct {
	// Title names it in a few words, Fix says what to do about it.
	Title, Fix string
	// Act is what a screen can do about it.
	Act Act
	// signed is set where what was signed is what was meant: the fix sends that.
	signed bool
}

// Act is a fix as an operation on a draft and an account. Each ends with signing anew.
type Act string

// The acts. All but the last two keep the account that is used.
const (
	ActResign    Act = "resign"    // sign Params, all of them, and send
	ActTimestamp Act = "timestamp" // the same with a fresh timestamp
	ActAlgorithm Act = "algorithm" // sign by Algorithm
	ActSecret    Act = "secret"    // sign with the secret as it is held, or with Secret where there is one
	ActAccount   Act = "account"   // look up the credentials
	ActWait      Act = "wait"      // nothing to change: try again later
)

// Causes are all of them by number; Causes[0] is none.
var Causes = [41]Cause{
	1:  {Title: "the secret of another environment, partly copied, or rotated", Fix: "copy the API secret of this API key again from the console, and restart what signs", Act: ActSecret},
	2:  {Title: "a parameter was sent but not signed", Fix: "sign every parameter that is sent, except file, api_key, cloud_name and resource_type", Act: ActResign},
	3:  {Title: "a parameter was signed but not sent", Fix: "send exactly what was signed, or sign exactly what is sent", Act: ActResign, signed: true},
	4:  {Title: "the upload widget added parameters", Fix: "sign exactly the params_to_sign that the widget hands over, source=uw included", Act: ActResign},
	5:  {Title: "the upload preset is not signed", Fix: "sign upload_preset with the other parameters", Act: ActResign},
	6:  {Title: "quotes, blanks or a line end in the secret", Fix: "remove what surrounds the secret where it is configured; echo -n or printf writes no line end", Act: ActSecret},
	7:  {Title: "the configuration is missing or malformed", Fix: "set CLOUDINARY_URL=cloudinary://API_KEY:API_SECRET@CLOUD_NAME before the program starts", Act: ActAccount},
	8:  {Title: "values were URL-encoded before signing", Fix: "sign the values as they are, and encode only what goes over the wire", Act: ActResign},
	9:  {Title: "the parameters were not sorted", Fix: "sort the parameters by name before they are joined", Act: ActResign},
	10: {Title: "text in another encoding or normal form", Fix: "sign and send the same bytes: UTF-8, in one normal form (NFC)", Act: ActResign},
	11: {Title: "the signature is too old", Fix: "sign again just before sending: a signature is good for one hour after its timestamp", Act: ActTimestamp},
	12: {Title: "the clock of the client is wrong", Fix: "set the clock of the machine that signs (NTP), then sign again", Act: ActTimestamp},
	13: {Title: "the key belongs to another cloud", Fix: "use cloud name, API key and API secret of one and the same account", Act: ActAccount},
	14: {Title: "a list or an object was written as such", Fix: "join lists with commas (eager with |) into one text, and sign and send that", Act: ActResign},
	15: {Title: "SHA-1 in an account that wants SHA-256", Fix: "sign with SHA-256 (signature_algorithm=sha256), if the account is set to it", Act: ActAlgorithm},
	16: {Title: "an excluded parameter was signed", Fix: "leave file, api_key, cloud_name and resource_type out of the string to sign", Act: ActResign},
	17: {Title: "two timestamps: one signed, another sent", Fix: "take the time once, and sign and send that same number", Act: ActTimestamp},
	18: {Title: "milliseconds", Fix: "divide by 1000 and round down: the timestamp counts seconds", Act: ActTimestamp},
	19: {Title: "the timestamp is no whole number of seconds", Fix: "send a whole number of seconds since 1970", Act: ActTimestamp},
	20: {Title: "the API key in place of the secret", Fix: "sign with the API secret; the API key is the number that is sent", Act: ActSecret},
	21: {Title: "an empty value was signed", Fix: "drop what has no value before signing and sending", Act: ActResign},
	22: {Title: "yes and no in another spelling", Fix: "turn the value into text once, and sign and send that same text", Act: ActResign},
	23: {Title: "an HMAC in place of a plain hash", Fix: "hash the string with the secret appended: SHA-1 or SHA-256, no HMAC", Act: ActResign},
	24: {Title: "the signature is missing, empty, or under another name", Fix: "send the signature in the field signature, with api_key and timestamp", Act: ActResign},
	25: {Title: "pairs of a context or metadata are escaped otherwise", Fix: "escape | and = in values once, and sign and send that same text", Act: ActResign},
	26: {Title: "a later part of an upload was rejected", Fix: "sign each part anew, or send the very same form with each", Act: ActTimestamp},
	27: {Title: "the secret at another place, or with a separator", Fix: "append the secret directly to the string to sign, with nothing between and nothing behind", Act: ActResign},
	28: {Title: "sorted by whole lines or by locale", Fix: "sort by name, comparing bytes", Act: ActResign},
	29: {Title: "control fields were signed, or the signature itself", Fix: "sign once, and without signature, signature_algorithm and signature_version", Act: ActResign},
	30: {Title: "the two versions of the signature", Fix: "sign by version 2 with a current SDK, or avoid & in values", Act: ActResign},
	31: {Title: "the signature is taken for the secret", Fix: "compute the signature for each upload: it is a hash of the parameters and the secret", Act: ActResign},
	32: {Title: "an incident of the service", Fix: "look at the service's status page and try again later", Act: ActWait},
	33: {Title: "a line end was hashed with the string", Fix: "use printf '%s' or echo -n", Act: ActResign},
	34: {Title: "the signature has another form than digits", Fix: "send 40 or 64 lower-case hexadecimal digits, and nothing else", Act: ActResign},
	35: {Title: "the shell took characters away", Fix: "put each argument into single quotes", Act: ActResign, signed: true},
	36: {Title: "curl -d decodes + and %", Fix: "use --data-urlencode or -F", Act: ActResign, signed: true},
	37: {Title: "curl -F reads ; @ < and quotes", Fix: "use --form-string for values that are text", Act: ActResign, signed: true},
	38: {Title: "HTML turned &times, &not or &reg into a character", Fix: "copy the command from its source, not from a page or mail that rendered it", Act: ActResign},
	39: {Title: "the path is another one than was signed", Fix: "build folder and public_id once, and sign and send those", Act: ActResign},
	40: {Title: "something on the way adds or renames fields", Fix: "sign after the last program that changes the form, or take the field out", Act: ActResign},
}
