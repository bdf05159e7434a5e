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
	{ID: "fish", Group: "shell", Title: "cURL for fish", Proof: Executed, Ext: ".fish", make: func(p uploader.Prepared) (Snippet, error) {
		return fishCurl(p, CurlOptions{})
	}},
	{ID: "fish-line", Group: "shell", Title: "cURL for fish, on one line", Proof: Executed, Ext: ".fish", make: func(p uploader.Prepared) (Snippet, error) {
		return fishCurl(p, CurlOptions{OneLine: true})
	}},
	{ID: "powershell", Group: "shell", Title: "cURL for PowerShell", Proof: Parsed, Ext: ".ps1", make: func(p uploader.Prepared) (Snippet, error) {
		return powershellCurl(p, CurlOptions{})
	}},
	{ID: "powershell-line", Group: "shell", Title: "cURL for PowerShell, on one line", Proof: Parsed, Ext: ".ps1", make: func(p uploader.Prepared) (Snippet, error) {
		return powershellCurl(p, CurlOptions{OneLine: true})
	}},
	{ID: "cmd", Group: "shell", Title: "config file for curl -K (cmd.exe)", Proof: Executed, Ext: ".txt", make: configFile},
	{ID: "self-signing", Group: "shell", Title: "script that signs itself", Proof: Executed, Ext: ".sh", make: selfSigning},
	{ID: "httpie", Group: "shell", Title: "HTTPie", Proof: Executed, Ext: ".sh", make: httpie},
	{ID: "signpost", Group: "shell", Title: "signpost itself", Proof: Executed, Ext: ".sh", make: signpostCommand},
	{ID: "http", Group: "shell", Title: "raw HTTP request", Proof: Executed, Ext: ".http", make: rawHTTP},
}

func curlSnippet(p uploader.Prepared, o CurlOptions) (Snippet, error) {
	text, err := Curl(p, o)
	if err != nil {
		return Snippet{}, err
	}
	return Snippet{Text: text, Notes: append(until(p), "for "+Shells(p, o))}, nil
}
