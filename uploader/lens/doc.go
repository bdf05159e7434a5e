// Package lens shows one input as the seven official SDKs serialize and sign it, each
// difference to the documented rule with the rule of the SDK that makes it.
//
// An SDK signs in two ways. By hand, people call its sign helper, which signs what it is
// given ([Look.ByHand]). An upload call turns options into the parameters of a form first,
// and signs those ([Look.Upload]). What the documented rule makes of the same input is
// [Reference].
//
// Node, Python, Ruby, PHP, Java and Go are checked against the known answers that running
// the SDKs gave: all six for the sign helpers, Node, Python and Ruby for the upload calls,
// Go for the requests that were captured from it. The other upload calls, and all of .NET,
// were read in the source and not run; [Look.Evidence] says so.
package lens
