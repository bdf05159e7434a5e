package lens

// Rule is what an SDK does that the documented rule does not.
type Rule string

// The rules. The first part is of the sign helpers, the second of the upload calls.
const (
	SignsExcluded  Rule = "signs_excluded"
	LocaleOrder    Rule = "locale_order"
	TextOrder      Rule = "text_order"
	NumberOrder    Rule = "number_order"
	UTF16Order     Rule = "utf16_order"
	NoOrder        Rule = "no_order"
	KeepsEmpty     Rule = "keeps_empty"
	KeepsEmptyList Rule = "keeps_empty_list"
	DropsFalsy     Rule = "drops_falsy"
	DropsBlank     Rule = "drops_blank"
	BoolSpelling   Rule = "bool_spelling"
	DropsNullItems Rule = "drops_null_items"
	ListFails      Rule = "list_fails"
	EscapesComma   Rule = "escapes_comma"
	PrintsObject   Rule = "prints_object"
	NumberSpelling Rule = "number_spelling"
	ValueOnly      Rule = "encodes_value_only"
	ExactlyTwo     Rule = "version_exactly_2"
	AddsTime       Rule = "adds_timestamp"

	NotSent        Rule = "not_sent"
	SwitchText     Rule = "switch_as_text"
	NamedTransform Rule = "named_transformation"
	DropsZero      Rule = "drops_zero"
	NoEscape       Rule = "no_escape"
	EscapesMore    Rule = "escapes_more"
	ValueSpelling  Rule = "value_spelling"
	JSONSpelling   Rule = "json_spelling"
	HeaderSpelling Rule = "header_spelling"
	IndexedFields  Rule = "indexed_fields"
	FormatOnly     Rule = "format_only"
	NeedsUseName   Rule = "needs_use_filename"
	AddsMember     Rule = "adds_member"
	Otherwise      Rule = "otherwise" // none of these: a test wants no such difference
	CallFails      Rule = "call_fails"
)

// why is each rule in a sentence. It stands behind the SDK's name.
var why = map[Rule]string{
	SignsExcluded:  "leaves nothing out: the caller has to take file, api_key, cloud_name and resource_type out first",
	LocaleOrder:    "sorts names with localeCompare: _ before - before digits, small before capital letters",
	TextOrder:      "sorts the joined name=value texts, in which = comes behind digits",
	NumberOrder:    "sorts names that are numbers as numbers",
	UTF16Order:     "sorts by UTF-16 units: characters above U+FFFF come before U+E000 to U+FFFF",
	NoOrder:        "does not sort: it trusts the caller to hand over a sorted dictionary",
	KeepsEmpty:     "signs an empty value as name=",
	KeepsEmptyList: "signs an empty list as name=",
	DropsFalsy:     "drops false, 0 and everything else that its language counts as false",
	DropsBlank:     "drops a value that is white space only",
	BoolSpelling:   "spells true and false in its own way",
	DropsNullItems: "leaves empty elements of a list out",
	ListFails:      "cannot join a list whose elements are no texts: the call fails",
	EscapesComma:   "escapes a comma within a list's element with a backslash",
	PrintsObject:   "prints an object as its language does: it has to be made a text first",
	NumberSpelling: "spells the number as its language does",
	ValueOnly:      "encodes & in the value only, not in the name",
	ExactlyTwo:     "encodes & for version 2 only, not for higher ones",
	AddsTime:       "adds the current time where the timestamp is missing or 0",

	NotSent:        "has no such upload option: it is not sent",
	SwitchText:     "takes the text true for true, and any other text for false",
	NamedTransform: "takes a text for the name of a stored transformation",
	DropsZero:      "drops the number 0",
	NoEscape:       "does not escape = and | in values",
	EscapesMore:    "escapes more characters",
	ValueSpelling:  "writes the value of a pair in another way",
	JSONSpelling:   "writes the JSON with other blanks or escapes",
	HeaderSpelling: "writes header lines in another way",
	IndexedFields:  "sends one field for each rectangle, name[0], name[1], as JSON",
	FormatOnly:     "leaves out an eager transformation that is a format only",
	NeedsUseName:   "sends unique_filename only where use_filename is true",
	AddsMember:     "adds an empty transformation to each object",
	Otherwise:      "makes something else of it",
	CallFails:      "the call fails",
}

// Why is the rule in a sentence that fits behind the SDK's name.
func (r Rule) Why() string { return why[r] }
