package signer

// Reveal hands the secret itself to keep, and to nobody else: it is for the doctor, which
// makes variants of it to hash, and for the adapter of the operating system's keyring. A
// test at the root of the module checks that.
func (s Secret) Reveal(keep func(text string)) { keep(s.value()) }
