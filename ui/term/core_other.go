//go:build !unix

package term

func noCore() {}
