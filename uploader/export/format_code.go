package export

// codeFormats are programs in other languages, with an SDK and without.
var codeFormats = []Format{
	{ID: "node", Group: "code", Title: "Node, official SDK", Proof: Executed, Ext: ".js", make: nodeSDK},
	{ID: "node-plain", Group: "code", Title: "Node, no package", Proof: Executed, Ext: ".js", make: nodePlain},
	{ID: "python", Group: "code", Title: "Python, official SDK", Proof: Parsed, Ext: ".py", make: pythonSDK},
	{ID: "python-plain", Group: "code", Title: "Python, standard library", Proof: Executed, Ext: ".py", make: pythonPlain},
	{ID: "php", Group: "code", Title: "PHP, official SDK", Proof: Parsed, Ext: ".php", make: phpSDK},
	{ID: "ruby", Group: "code", Title: "Ruby, official SDK", Proof: Parsed, Ext: ".rb", make: rubySDK},
	{ID: "go", Group: "code", Title: "Go, official SDK", Proof: Executed, Ext: ".go", make: goSDK},
	{ID: "go-plain", Group: "code", Title: "Go, standard library", Proof: Executed, Ext: ".go", make: goPlain},
}

// serverFormats are the server's side: handlers that return a signature.
var serverFormats = []Format{
	{ID: "node-server", Group: "server", Title: "Server that signs, Node", Proof: Executed, Ext: ".js", make: nodeServer},
	{ID: "go-server", Group: "server", Title: "Server that signs, Go", Proof: Executed, Ext: ".go", make: goServer},
}
