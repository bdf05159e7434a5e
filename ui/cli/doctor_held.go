package cli

import (
	"slices"
	"strings"

	"signpost/signer"
	"signpost/signer/diagnose"
	"signpost/uploader"
)

// The names under which people keep their credentials, beside those of the SDKs. The
// tools that build pages want a prefix of their own in front.
var (
	secretVars  = []string{"CLOUDINARY_API_SECRET", "API_SECRET", "CLOUDINARY_SECRET", "CLOUDINARY_SECRET_KEY", "CLOUDINARY_API_SECRET_KEY", "CLOUDINARY_APISECRET", "CLOUD_API_SECRET", "CLOUD_SECRET"}
	keyVars     = []string{"CLOUDINARY_API_KEY", "API_KEY", "CLOUDINARY_KEY", "CLOUDINARY_APIKEY", "CLOUD_API_KEY"}
	cloudVars   = []string{"CLOUDINARY_CLOUD_NAME", "CLOUD_NAME", "CLOUDINARY_NAME", "CLOUDINARY_CLOUD", "CLOUDINARY_CLOUDNAME"}
	varPrefixes = []string{"", "NEXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "NUXT_PUBLIC_", "NUXT_", "PUBLIC_", "GATSBY_", "VUE_APP_"}
)

// complete adds to an account what stands under other names than those of the SDKs. What
// is there stays: a diagnosis is all that this is for.
func (a *app) complete(held diagnose.Identity, lines map[string]uploader.EnvLine) diagnose.Identity {
	env := a.environ()
	find := func(names []string) string {
		for _, name := range names {
			for _, prefix := range varPrefixes {
				if v := env[prefix+name]; v != "" {
					return v
				}
				if v := lines[prefix+name].Value; v != "" {
					return v
				}
			}
		}
		return ""
	}
	if held.Secret.IsZero() {
		if v := find(secretVars); v != "" {
			held.Secret = signer.NewSecret(v)
			a.secret = held.Secret
		}
	}
	if held.APIKey == "" {
		held.APIKey = find(keyVars)
	}
	if held.CloudName == "" {
		held.CloudName = find(cloudVars)
	}
	return held
}

// wholeLines are the secrets of a .env file with all that stands in their lines: some
// programs, such as docker run --env-file, take a comment or quotes for a part of them.
func wholeLines(held signer.Secret, lines map[string]uploader.EnvLine) []signer.Secret {
	var out []signer.Secret
	for name, l := range lines {
		for _, prefix := range varPrefixes {
			bare := strings.TrimPrefix(name, prefix)
			if slices.Contains(secretVars, bare) && l.Raw != l.Value && held.Equal(signer.NewSecret(l.Value)) {
				out = append(out, signer.NewSecret(l.Raw))
				break
			}
		}
	}
	return out
}
