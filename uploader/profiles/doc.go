// Package profiles finds and keeps named accounts: the Cloudinary CLI's saved
// configurations and the operating system's keyring.
package profiles
