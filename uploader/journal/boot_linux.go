package journal

import (
	"os"
	"strings"
)

// bootID is different after each start of the machine; empty where it is not known.
// Source: random(4).
func bootID() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
