package sandbox

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"signpost/signer"
)

// uploadAnswer is the answer to an upload, in the service's order of keys. Sources:
// asset-management-js uploadresponse.md; cloudinary-go api/uploader/upload_asset.go.
type uploadAnswer struct {
	AssetID          string              `json:"asset_id"`
	PublicID         string              `json:"public_id"`
	Version          int64               `json:"version"`
	VersionID        string              `json:"version_id"`
	Signature        string              `json:"signature,omitempty"`
	Width            int                 `json:"width,omitempty"`
	Height           int                 `json:"height,omitempty"`
	Format           string              `json:"format,omitempty"`
	ResourceType     string              `json:"resource_type"`
	CreatedAt        string              `json:"created_at"`
	Tags             []string            `json:"tags"`
	Bytes            int64               `json:"bytes"`
	Type             string              `json:"type"`
	ETag             string              `json:"etag"`
	Placeholder      bool                `json:"placeholder"`
	URL              string              `json:"url"`
	SecureURL        string              `json:"secure_url"`
	Folder           *string             `json:"folder,omitempty"`
	AssetFolder      *string             `json:"asset_folder,omitempty"`
	DisplayName      string              `json:"display_name,omitempty"`
	Existing         bool                `json:"existing,omitempty"`
	Overwritten      bool                `json:"overwritten,omitempty"`
	OriginalFilename string              `json:"original_filename,omitempty"`
	Context          *contextAnswer      `json:"context,omitempty"`
	Metadata         map[string]any      `json:"metadata,omitempty"`
	Moderation       []map[string]string `json:"moderation,omitempty"`
	AccessControl    []accessRule        `json:"access_control,omitempty"`
	AccessMode       string              `json:"access_mode,omitempty"`
	Regions          json.RawMessage     `json:"regions,omitempty"`
	Faces            [][]int             `json:"faces,omitempty"`
	Colors           [][]any             `json:"colors,omitempty"`
	Predominant      map[string][][]any  `json:"predominant,omitempty"`
	Quality          *analysis           `json:"quality_analysis,omitempty"`
	Accessibility    *analysis           `json:"accessibility_analysis,omitempty"`
	Cinemagraph      *analysis           `json:"cinemagraph_analysis,omitempty"`
	Breakpoints      []breakpointsAnswer `json:"responsive_breakpoints,omitempty"`
	PlaybackURL      string              `json:"playback_url,omitempty"`
	ImageMetadata    map[string]string   `json:"image_metadata,omitempty"`
	MediaMetadata    map[string]string   `json:"media_metadata,omitempty"`
	DeleteToken      string              `json:"delete_token,omitempty"`
	FromPublicID     string              `json:"from_public_id,omitempty"`
	ToPublicID       string              `json:"to_public_id,omitempty"`
	Eager            []eagerAnswer       `json:"eager,omitempty"`
	Notes            []string            `json:"sandbox_notes,omitempty"`
	APIKey           string              `json:"api_key,omitempty"`
}

// analysis is what a look at the picture would find. It is empty but for what is sure
// without one, and for a measure of focus that is the sandbox's own.
type analysis struct {
	CinemagraphScore *float64    `json:"cinemagraph_score,omitempty"`
	Focus            json.Number `json:"focus,omitempty"`
}

// contextAnswer holds the context under custom.
type contextAnswer struct {
	Custom map[string]string `json:"custom"`
}

// eagerAnswer is one derived version.
type eagerAnswer struct {
	Transformation string `json:"transformation"`
	Status         string `json:"status,omitempty"`
	BatchID        string `json:"batch_id,omitempty"`
	Width          int    `json:"width,omitempty"`
	Height         int    `json:"height,omitempty"`
	Bytes          int64  `json:"bytes,omitempty"`
	Format         string `json:"format,omitempty"`
	URL            string `json:"url"`
	SecureURL      string `json:"secure_url"`
}

// answer tells of an asset. Its URLs name the sandbox as the client reached it, secure_url
// too: https is there for those only who do not check the certificate.
func (c *call) answer(a *asset, id identity, existing, overwritten bool) uploadAnswer {
	signature, _ := signer.SignResponse(a.id, strconv.FormatInt(a.version, 10), a.account.Secret, id.answer)
	address := c.assetURL(a, "", a.format)
	out := uploadAnswer{
		AssetID: a.assetID, PublicID: a.id, Version: a.version, VersionID: a.versionID, Signature: signature,
		Width: a.width, Height: a.height, Format: a.format, ResourceType: a.kind,
		CreatedAt: a.created.Format(time.RFC3339), Tags: a.tags, Bytes: a.blob.size, Type: a.typ, ETag: a.blob.etag,
		URL: address, SecureURL: address, Existing: existing, Overwritten: overwritten,
		OriginalFilename: a.originalFilename, APIKey: a.account.APIKey,
	}
	if a.dynamic {
		out.AssetFolder, out.DisplayName = &a.assetFolder, a.displayName
	} else {
		folder := folderOf(a.id)
		out.Folder = &folder
	}
	out.Metadata, out.AccessControl, out.AccessMode, out.Regions = a.metadata, a.accessControl, a.accessMode, a.regions
	out.DeleteToken, out.Notes = a.deleteToken, a.notes
	if kind, status := a.moderated(); kind != "" {
		out.Moderation = []map[string]string{{"status": status, "kind": kind}}
	}
	if a.kind == "video" {
		out.PlaybackURL = address // the file itself; there are no streams here
	}
	if out.Tags == nil {
		out.Tags = []string{}
	}
	if len(a.context) > 0 {
		out.Context = &contextAnswer{a.context}
	}
	for _, e := range a.eager {
		address := c.assetURL(a, e.text, e.format)
		out.Eager = append(out.Eager, eagerAnswer{
			Transformation: e.text, Width: e.width, Height: e.height, Bytes: e.blob.size, Format: e.format,
			URL: address, SecureURL: address,
		})
	}
	return out
}

// assetURL is where a version of an asset can be fetched. Authenticated and private
// assets carry a signature (of private ones that is unconfirmed).
func (c *call) assetURL(a *asset, transformation, format string) string {
	name := a.id
	if a.kind != "raw" && format != "" {
		name += "." + format
	}
	parts := []string{a.cloud, a.kind, a.typ}
	if a.typ == "authenticated" || a.typ == "private" {
		if signature, err := signer.SignDelivery(signedPath(transformation, name), a.account.Secret); err == nil {
			parts = append(parts, "s--"+signature+"--")
		}
	}
	if transformation != "" {
		parts = append(parts, transformation)
	}
	parts = append(parts, "v"+strconv.FormatInt(a.version, 10), name)
	return c.scheme + "://" + c.r.Host + "/" + escapePath(strings.Join(parts, "/"))
}

// signedPath is what the signature in a delivery URL is made of.
func signedPath(transformation, name string) string {
	if transformation == "" {
		return name
	}
	return transformation + "/" + name
}

// escapePath percent-encodes each piece of a path; slashes, colons and commas stay.
func escapePath(p string) string {
	pieces := strings.Split(p, "/")
	for i, piece := range pieces {
		pieces[i] = strings.ReplaceAll(url.PathEscape(piece), "%2C", ",")
	}
	return strings.Join(pieces, "/")
}
