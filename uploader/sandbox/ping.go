package sandbox

import (
	"net/http"
	"strings"
)

// ping answers GET /v1_1/<cloud>/ping: whether the credentials of the Authorization
// header are right. It is the Admin API's; nothing else of that API is here. Source: the
// official SDKs' api.ping; texts of cloudinary_npm docs/troubleshoot-errors.md.
func (c *call) ping(cloud string) error {
	scheme, _, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Basic") && !strings.EqualFold(scheme, "Bearer") {
		return fail(invalidKey, "")
	}
	if _, err := c.s.authenticate(cloud, nil, c.r.Header, c.now()); err != nil {
		return err
	}
	return c.json(http.StatusOK, map[string]string{"status": "ok"})
}
