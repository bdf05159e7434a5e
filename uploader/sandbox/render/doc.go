// Package render makes derived pictures as the service does, at least for the common
// transformations: every way to scale, crop and pad, gravity, background, corners,
// rotation, opacity, border, the simple effects, chains of components and format
// suffixes. It works on pictures in memory and reads nothing else.
//
// # What is known and what is decided here
//
// Within a component the order is: scale or crop, effects, opacity, corners and border,
// rotation, background. A border goes around the picture, which grows by it, and follows
// its corners. Padding is transparent where the format allows it, else white; the
// service's default is unconfirmed. b_auto is the same, for there is no look at the
// picture's own colours. What a JPEG cannot keep transparent becomes white.
//
// c_crop with x or y and no gravity counts from the upper left corner, as in the
// documentation's examples (unconfirmed as a rule). c_mpad pads and does not scale
// (unconfirmed). ar_ alone takes the largest part of that shape, or for the padding
// modes the smallest canvas around the picture. Gravities that need to see what is in a
// picture (face, faces, auto, custom) fall back to the centre: there is no face
// detection, so c_thumb and c_auto are c_fill here, and c_fill_pad and c_auto_pad are
// c_pad.
//
// A JPEG is turned upright by the orientation in its Exif data before the first
// component, unless one of them says a_ignore; [Probe] tells the size as it is stored
// (both unconfirmed). a_auto_right and a_auto_left turn by 90 degrees where the wanted
// box stands and the picture lies, or the other way round.
//
// A GIF that stays one keeps all its frames, each with up to 255 colours of its own,
// without dithering; made into another format, its first frame counts. WebP is written
// without loss, whatever q_ says, by a library or, where that fails or the picture is
// large, by a plain writer of our own; an animated WebP is not read. BMP and icons
// are read and written too; of an icon the largest picture counts. Text is drawn in the
// Go fonts.
//
// What the service knows and this package does not draw (layers, variables, conditions,
// flags, the other effects) is refused with a message that says so. The words of the
// refusals that begin with "Image is too large", "Effect" and "Parameter", and those
// about levels, crop modes and the like, are our own after the service's pattern.
//
// # Bounds
//
// A picture that comes in, goes out or is on its way has at most [MaxPixels]; the frames
// of an animation have 100 million together, in and out. A transformation has [MaxSteps]
// steps: a component is one, and each further effect or angle in it is another. Scaling
// never needs more than 256 MB besides the two pictures. A context ends the work at the
// next step, row of blocks or read.
//
// Sources: cloudinary.com/documentation image_resize_modes, image_crop_modes,
// image_padding_modes, image_gravity, transformation_reference; error texts from
// cloudinary_npm docs/troubleshoot-errors.md.
//
// Start with [Parse] or [ParseEager], then [Apply].
package render
