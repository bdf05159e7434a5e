// The comparison with the official SDK has a module of its own, so that the product
// does not depend on the SDK.
module signpost/signer/bench

go 1.26.0

require (
	github.com/cloudinary/cloudinary-go/v2 v2.16.1
	signpost v0.0.0
)

require (
	github.com/creasty/defaults v1.7.0 // indirect
	github.com/google/uuid v1.5.0 // indirect
	github.com/gorilla/schema v1.4.1 // indirect
)

replace signpost => ../..
