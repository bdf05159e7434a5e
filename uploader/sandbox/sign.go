package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"signpost/signer"
)

// signable are the parameters that a page may ask to be signed. Others can do harm in the
// hands of a visitor: they call addresses, run code, or decide who may see the asset.
var signable = []string{"public_id", "folder", "tags", "context", "eager"}

// sign answers POST /_/sign: a page asks for a signature, and uploads by itself. The
// secret never leaves the server (threats T28 to T31).
func (c *call) sign() error {
	token := c.r.Header.Get("X-Page-Token")
	switch {
	case c.r.Method != http.MethodPost:
		return fail(wrongMethod, c.r.Method)
	case c.r.Header.Get("Content-Type") != "application/json":
		return fail(malformedBody, "it is not application/json")
	case subtle.ConstantTimeCompare([]byte(token), []byte(c.s.token)) != 1:
		return fail(foreignOrigin)
	}
	var ask struct {
		Params map[string]string
		Cloud  string // empty is the first account's
	}
	if json.NewDecoder(io.LimitReader(c.r.Body, 16<<10)).Decode(&ask) != nil {
		return fail(malformedBody, "it is not the JSON that it should be")
	}
	params := []signer.Param{{Name: "timestamp", Value: strconv.FormatInt(c.now().Unix(), 10)}}
	for name, value := range ask.Params {
		if !slices.Contains(signable, name) {
			return fail(invalidValue, name, "this page may set "+strings.Join(signable, ", ")+" only")
		}
		if value != "" {
			params = append(params, signer.Param{Name: name, Value: value})
		}
	}
	account := c.s.o.Accounts[0] // the sandbox's own, never a person's
	if ask.Cloud != "" {
		mine := c.s.accounts(ask.Cloud)
		if len(mine) == 0 {
			return fail(invalidCloud, ask.Cloud)
		}
		account = mine[0]
	}
	signature, err := signer.Sign(params, account.Secret, signer.Options{})
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, map[string]string{
		"timestamp": params[0].Value, "signature": signature, "api_key": account.APIKey,
		"cloud_name": account.Cloud, "string_to_sign": signer.StringToSign(params, signer.V2),
	})
}
