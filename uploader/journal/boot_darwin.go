package journal

import "golang.org/x/sys/unix"

// bootID is different after each start of the machine; empty where it is not known.
func bootID() string {
	id, err := unix.Sysctl("kern.bootsessionuuid")
	if err != nil {
		return ""
	}
	return id
}
