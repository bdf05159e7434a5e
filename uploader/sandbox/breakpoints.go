package sandbox

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"signpost/uploader/sandbox/render"
)

// The bounds of responsive breakpoints: settings of a request, pictures of a setting.
// Source of the defaults: documentation/image_upload_api_reference, responsive_breakpoints.
const (
	mostSettings      = 5
	mostBreakpoints   = 20
	widestBreakpoint  = 4000
	defaultBytesStep  = 20_000
	defaultLeastWidth = 50
	defaultMostWidth  = 1000
)

// breakpointNote says what is different here.
const breakpointNote = "the sandbox spaces the responsive_breakpoints evenly, and drops those between that save less than bytes_step"

// breakpointSetting is one item of the parameter responsive_breakpoints.
type breakpointSetting struct {
	Transformation string `json:"transformation"`
	Format         string `json:"format"`
	MinWidth       int    `json:"min_width"`
	MaxWidth       int    `json:"max_width"`
	BytesStep      int64  `json:"bytes_step"`
	MaxImages      int    `json:"max_images"`
	CreateDerived  bool   `json:"create_derived"`
}

// breakpointSet is what one setting came to.
type breakpointSet struct {
	transformation string
	made           []eagerPicture
}

// breakpointsAnswer is a set in an answer.
type breakpointsAnswer struct {
	Breakpoints    []breakpointAnswer `json:"breakpoints"`
	Transformation string             `json:"transformation,omitempty"`
}

type breakpointAnswer struct {
	Width     int    `json:"width"`
	Height    int    `json:"height"`
	Bytes     int64  `json:"bytes"`
	URL       string `json:"url"`
	SecureURL string `json:"secure_url"`
}

// readBreakpoints reads the parameter, and fills in what it leaves out.
func readBreakpoints(text string) ([]breakpointSetting, error) {
	if text == "" {
		return nil, nil
	}
	wrong := func(why string) error { return fail(invalidValue, "responsive_breakpoints", why) }
	var list []breakpointSetting
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, wrong("it is not a JSON list of settings")
	}
	if len(list) > mostSettings {
		return nil, wrong("there are more than " + strconv.Itoa(mostSettings))
	}
	for i := range list {
		b := &list[i]
		for _, d := range []struct {
			v         *int
			otherwise int
		}{{&b.MinWidth, defaultLeastWidth}, {&b.MaxWidth, defaultMostWidth}, {&b.MaxImages, mostBreakpoints}} {
			if *d.v == 0 {
				*d.v = d.otherwise
			}
		}
		if b.BytesStep == 0 {
			b.BytesStep = defaultBytesStep
		}
		switch {
		case b.MaxWidth < 1 || b.MaxWidth > widestBreakpoint || b.MinWidth < 1 || b.MinWidth > b.MaxWidth:
			return nil, wrong("min_width and max_width are not 1 to " + strconv.Itoa(widestBreakpoint) + ", the lesser one first")
		case b.MaxImages < 1 || b.MaxImages > 200 || b.BytesStep < 1:
			return nil, wrong("max_images is not 1 to 200, or bytes_step is not positive")
		}
		b.MaxImages = min(b.MaxImages, mostBreakpoints)
		if _, err := render.Parse(orText(b.Transformation, "q_82")); err != nil {
			return nil, renderFault(err)
		}
	}
	return list, nil
}

// breakpoints makes the pictures of each setting from a file. Those to be kept go into
// derived; the others are measured and forgotten. It takes three times a picture's time
// at most.
func (s *Server) breakpoints(ctx context.Context, list []breakpointSetting, a *asset, derived map[string]picture) ([]breakpointSet, error) {
	if len(list) == 0 {
		return nil, nil
	}
	if a.kind != "image" {
		return nil, fail(picturesOnly)
	}
	ctx, cancel := context.WithTimeout(ctx, 3*s.o.Limits.Render)
	defer cancel()
	var sets []breakpointSet
	for _, b := range list {
		set, err := s.breakpointSet(ctx, b, a, derived)
		if err != nil {
			return nil, renderFault(err)
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// widths are spaced evenly, the greatest first.
func (b breakpointSetting) widths(own int) []int {
	most := min(b.MaxWidth, max(own, 1))
	least := min(b.MinWidth, most)
	n := min(b.MaxImages, most-least+1)
	widths := []int{most}
	for i := 1; i < n; i++ {
		widths = append(widths, most-(most-least)*i/(n-1))
	}
	return widths
}

func (s *Server) breakpointSet(ctx context.Context, b breakpointSetting, a *asset, derived map[string]picture) (breakpointSet, error) {
	set := breakpointSet{transformation: b.Transformation, made: []eagerPicture{}}
	target := orText(plainFormat(b.Format), a.format)
	if !isPictureFormat(target) {
		return set, fail(transformation, "Invalid extension in transformation: "+target)
	}
	own, err := s.transformedWidth(ctx, b, a, target)
	if err != nil {
		return set, err
	}
	widths := b.widths(own)
	for i, width := range widths {
		text := "c_scale,w_" + strconv.Itoa(width)
		if b.Transformation != "" {
			text = strings.TrimSuffix(b.Transformation, "/") + "/" + text
		}
		chain, err := render.Parse(text)
		if err != nil {
			return set, err
		}
		if f := chain.Format(); f != "" {
			target = f
		}
		name := derivedName(chain.Text(), target)
		p, there := derived[name]
		if !there {
			if p, err = s.picture(ctx, a.blob, chain, target); err != nil {
				return set, err
			}
		}
		// The widest and the narrowest are always told (pycloudinary test/test_uploader.py).
		saved := len(set.made) == 0 || i == len(widths)-1 || set.made[len(set.made)-1].blob.size-p.blob.size >= b.BytesStep
		if saved {
			set.made = append(set.made, eagerPicture{chain.Text(), p})
		}
		switch {
		case there:
		case saved && b.CreateDerived:
			derived[name] = p
		default:
			p.blob.drop() // its size stays known; it is made again where somebody asks for it
		}
	}
	return set, nil
}

// transformedWidth is how wide a picture is after a setting's transformation.
func (s *Server) transformedWidth(ctx context.Context, b breakpointSetting, a *asset, target string) (int, error) {
	if b.Transformation == "" {
		return a.width, nil
	}
	chain, err := render.Parse(b.Transformation)
	if err != nil {
		return 0, err
	}
	p, err := s.picture(ctx, a.blob, chain, target)
	if err != nil {
		return 0, err
	}
	p.blob.drop() // only its size is of use
	return p.width, nil
}

// breakpointAnswers tells of them.
func (c *call) breakpointAnswers(a *asset, sets []breakpointSet) []breakpointsAnswer {
	var out []breakpointsAnswer
	for _, set := range sets {
		answer := breakpointsAnswer{Breakpoints: []breakpointAnswer{}, Transformation: set.transformation}
		for _, m := range set.made {
			address := c.assetURL(a, m.text, m.format)
			answer.Breakpoints = append(answer.Breakpoints, breakpointAnswer{m.width, m.height, m.blob.size, address, address})
		}
		out = append(out, answer)
	}
	return out
}
