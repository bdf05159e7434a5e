// Package export renders a prepared request as text that others can run. What it
// renders is what is sent: it takes an [uploader.Prepared] and computes nothing of its
// own. It opens nothing, and no export holds the API secret.
//
// Rules of the cURL command ([Curl]):
//
//   - Values go through --form-string, which takes them literally; -F would read files
//     at @ and <, and cut at ;. The file alone goes through -F, its name in curl's own
//     quotes. Source: curl's manual, -F/--form and --form-string.
//   - Words are quoted for POSIX shells ([POSIX]). The whole command is text that can be
//     drawn as it is: a character that cannot be seen is written by printf, from octal
//     digits. So what is copied is what is shown, a paste cannot press a key, and a
//     carriage return or a tab survives the terminal.
//   - -q stands first, so that no ~/.curlrc changes the request. --globoff keeps curl
//     from seeing patterns in the URL. --proto allows https alone, and http alone to this
//     machine, which no proxy may come between: the program's own client does the same.
//   - There is no -s: where the answer goes to a terminal curl draws no progress meter,
//     and in front of a pipe an upload's meter is of use.
//
// Rules of the other shells:
//
//   - A secret is read from the environment by a builtin of the shell and goes through a
//     pipe: it stands in no text and in no argument. This holds for HTTP Basic, OAuth and
//     the script that signs itself.
//   - fish escapes the quote and the backslash within single quotes, and has escapes for
//     the rest outside of them ([Fish]).
//   - PowerShell doubles single quotes, of which it knows five ([PowerShell]). Its versions
//     differ in what becomes of a double quote on the way to a program, so that such a
//     value goes out URL-encoded.
//   - cmd.exe has no quoting that is right for every value: it gets a file for curl -K.
//
// Start with [Formats] and [Find], or with [Curl], [ValidUntil] and [Shells].
package export
