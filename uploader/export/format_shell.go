package export

import "signpost/uploader"

// shellFormats are commands for shells and programs that run in one.
var shellFormats = []Format{
	{ID: "curl", Group: "shell", Title: "cURL for sh, bash, zsh", Proof: Executed, Ext: ".sh", make: func(p uploader.Prepared) (Snippet, error) {
		return curlSnippet(p, CurlOptions{})
	}},
	{ID: "curl-line", Group: "shell", Title: "cURL on one line", Proof: Executed, Ext: ".sh", make: func(p uploader.Prepared) (Snippet, error) {
		return curlSnippet(p, CurlOptions{OneLine: true})
	}},
}

func curlSnippet(p uploader.Prepared, o CurlOptions) (Snippet, error) {
	text, err := Curl(p, o)
	if err != nil {
		return Snippet{}, err
	}
	return Snippet{Text: text, Notes: []string{"for " + Shells(p, o)}}, nil
}
