package uploader

// Severity says how bad a problem with the credentials is.
type Severity uint8

// What is missing or unusable makes the identity incomplete; damage is used as it
// stands; a warning is about what is unusual.
const (
	SeverityWarning Severity = iota
	SeverityDamage
	SeverityMissing
)

// Code is what kind of problem it is, for programs.
type Code string

// The codes of problems.
const (
	CodeMissing     Code = "missing"      // a part of the identity is not there
	CodeURL         Code = "url"          // CLOUDINARY_URL is not of its form
	CodeScheme      Code = "scheme"       // CLOUDINARY_URL begins with something else
	CodePrefix      Code = "prefix"       // upload_prefix cannot be used
	CodeSwapped     Code = "swapped"      // the secret stands where something is shown
	CodeUnreadable  Code = "unreadable"   // the .env file is no text of a sensible size
	CodeQuotes      Code = "quotes"       // quotes that are part of a value
	CodeBlanks      Code = "blanks"       // blanks that are part of a value
	CodeLineBreak   Code = "line-break"   // a carriage return or a newline in a value
	CodePlaceholder Code = "placeholder"  // the word of a sample instead of a value
	CodeCharacters  Code = "characters"   // invisible characters, or others that do not belong there
	CodeShape       Code = "shape"        // a value does not look like what it should be
	CodeName        Code = "name"         // a name is misspelled
	CodeLine        Code = "line"         // a line cannot be read
	CodeOption      Code = "option"       // an option of CLOUDINARY_URL is wrong
	CodeEncoding    Code = "encoding"     // a byte order mark, or not UTF-8
	CodeLineEnds    Code = "line-ends"    // line ends that are not a newline
	CodeTwice       Code = "twice"        // a name stands twice
	CodeOuterBlanks Code = "outer-blanks" // blanks behind a value that are dropped
)

var severities = map[Code]Severity{
	CodeMissing: SeverityMissing, CodeURL: SeverityMissing, CodeScheme: SeverityMissing, CodePrefix: SeverityMissing,
	CodeSwapped: SeverityMissing, CodeUnreadable: SeverityMissing,
	CodeQuotes: SeverityDamage, CodeBlanks: SeverityDamage, CodeLineBreak: SeverityDamage,
	CodePlaceholder: SeverityDamage, CodeCharacters: SeverityDamage, CodeName: SeverityDamage, CodeLine: SeverityDamage,
}

// Problem is one thing that is wrong with the credentials.
type Problem struct {
	Code     Code
	Severity Severity
	// Variable is the name of the variable, Where the source it stands in.
	Variable, Where string
	// Message says what is wrong, Hint what to do.
	Message, Hint string
}

func (p Problem) String() string { return p.Message }

func newProblem(code Code, variable, where, message, hint string) Problem {
	return Problem{Code: code, Severity: severities[code], Variable: variable, Where: where, Message: message, Hint: hint}
}
