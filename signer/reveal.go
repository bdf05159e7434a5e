package signer

// Reveal hands the secret itself to keep, and to nobody else: it is for the adapter of
// the operating system's keyring, which a test at the root of the module checks.
func (s Secret) Reveal(keep func(text string)) { keep(s.value()) }
