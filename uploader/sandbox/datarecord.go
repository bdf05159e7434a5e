package sandbox

import (
	"encoding/json"
	"time"
)

// record is an asset as it is kept. It holds no secret.
type record struct {
	Cloud            string            `json:"cloud"`
	Kind             string            `json:"resource_type"`
	Type             string            `json:"type"`
	ID               string            `json:"public_id"`
	Number           int64             `json:"number"`
	AssetID          string            `json:"asset_id"`
	VersionID        string            `json:"version_id"`
	Version          int64             `json:"version"`
	Width            int               `json:"width,omitempty"`
	Height           int               `json:"height,omitempty"`
	Format           string            `json:"format,omitempty"`
	Blob             string            `json:"blob"`
	Bytes            int64             `json:"bytes"`
	ETag             string            `json:"etag"`
	Tags             []string          `json:"tags,omitempty"`
	Context          map[string]string `json:"context,omitempty"`
	Metadata         map[string]any    `json:"metadata,omitempty"`
	Moderation       string            `json:"moderation,omitempty"`
	AccessControl    []accessRule      `json:"access_control,omitempty"`
	AccessMode       string            `json:"access_mode,omitempty"`
	DisplayName      string            `json:"display_name,omitempty"`
	AssetFolder      string            `json:"asset_folder,omitempty"`
	Dynamic          bool              `json:"dynamic,omitempty"`
	Faces            [][]int           `json:"faces,omitempty"`
	Custom           [][]int           `json:"custom,omitempty"`
	Regions          json.RawMessage   `json:"regions,omitempty"`
	Notes            []string          `json:"notes,omitempty"`
	DeleteToken      string            `json:"delete_token,omitempty"`
	DeleteTokenUntil time.Time         `json:"delete_token_until,omitzero"`
	OriginalFilename string            `json:"original_filename,omitempty"`
	Created          time.Time         `json:"created"`
	Eager            []eagerRecord     `json:"eager,omitempty"`
	Derived          []derivedRecord   `json:"derived,omitempty"`
}

// eagerRecord is an eager version as the answer has it; its bytes are those of a derived
// version, or gone.
type eagerRecord struct {
	Text string `json:"transformation"`
	pictureRecord
}

// derivedRecord is a derived version with what it is found by.
type derivedRecord struct {
	Name string `json:"name"`
	Blob string `json:"blob"`
	pictureRecord
}

// pictureRecord is what is known of a derived version.
type pictureRecord struct {
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Format string `json:"format"`
	Bytes  int64  `json:"bytes"`
	ETag   string `json:"etag"`
}

func pictureRecordOf(p picture) pictureRecord {
	return pictureRecord{p.width, p.height, p.format, p.blob.size, p.blob.etag}
}

func (r pictureRecord) picture(b *blob) picture {
	return picture{b, r.Width, r.Height, r.Format}
}

func recordOf(a *asset) record {
	r := record{
		Cloud: a.cloud, Kind: a.kind, Type: a.typ, ID: a.id, Number: a.number,
		AssetID: a.assetID, VersionID: a.versionID, Version: a.version,
		Width: a.width, Height: a.height, Format: a.format, Blob: a.blob.name, Bytes: a.blob.size, ETag: a.blob.etag,
		Tags: a.tags, Context: a.context, Metadata: a.metadata, Moderation: a.moderation,
		AccessControl: a.accessControl, AccessMode: a.accessMode, DisplayName: a.displayName,
		AssetFolder: a.assetFolder, Dynamic: a.dynamic, Faces: a.faces, Custom: a.custom, Regions: a.regions,
		Notes: a.notes, DeleteToken: a.deleteToken, DeleteTokenUntil: a.deleteTokenUntil,
		OriginalFilename: a.originalFilename, Created: a.created,
	}
	for _, e := range a.eager {
		r.Eager = append(r.Eager, eagerRecord{e.text, pictureRecordOf(e.picture)})
	}
	for name, p := range a.derived {
		r.Derived = append(r.Derived, derivedRecord{name, p.blob.name, pictureRecordOf(p)})
	}
	return r
}

func (r record) asset() *asset {
	a := &asset{
		key: key{r.Cloud, r.Kind, r.Type, r.ID}, number: r.Number,
		assetID: r.AssetID, versionID: r.VersionID, version: r.Version,
		width: r.Width, height: r.Height, format: r.Format,
		details: details{
			tags: r.Tags, context: r.Context, metadata: r.Metadata, moderation: r.Moderation,
			accessControl: r.AccessControl, accessMode: r.AccessMode, displayName: r.DisplayName,
			assetFolder: r.AssetFolder, dynamic: r.Dynamic, faces: r.Faces, custom: r.Custom, regions: r.Regions,
			notes: r.Notes, deleteToken: r.DeleteToken, deleteTokenUntil: r.DeleteTokenUntil,
		},
		originalFilename: r.OriginalFilename, created: r.Created, derived: map[string]picture{},
	}
	for _, e := range r.Eager {
		// Its bytes are counted nowhere, and nobody reads them: it is no derived version.
		a.eager = append(a.eager, eagerPicture{e.Text, e.picture(&blob{size: e.Bytes, etag: e.ETag})})
	}
	return a
}
