//go:build !unix

package journal

func writeOnFullDisk(string) {}
