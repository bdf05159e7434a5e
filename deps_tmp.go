package main

import (
	_ "github.com/muesli/mango-cobra"
	_ "github.com/muesli/roff"
	_ "github.com/zalando/go-keyring"
	_ "golang.org/x/text/unicode/norm"
	_ "mvdan.cc/sh/v3/syntax"
)
