//go:build !unix

package term

func noCore() {}

func canSuspend() bool { return false }
