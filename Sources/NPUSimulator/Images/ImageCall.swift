/// A checked request for images.
struct ImageCall: Sendable, Hashable {
  /// How the response is to be written.
  enum Form: Sendable, Hashable {
    /// The diffusers shape: the file itself, or a JSON list of several.
    case diffusers
    /// OpenAI's shape with Base64.
    case base64
    /// OpenAI's shape with addresses.
    case address
    /// The file itself, or a ZIP of several.
    case file
  }

  var form: Form
  var prompt: String
  var seed: UInt64
  var count: Int
  var steps: Int
  var width: Int
  var height: Int
  var perturbation: Int
  /// How the images differ from the true ones beyond that.
  var distortion = ImageDistortion()
  /// Whether all images are the first one.
  var repeats = false

  /// What paints one of the images.
  func painter(_ index: Int) -> ImagePainter {
    ImagePainter(
      origin: ImagePainter.origin(prompt, seed), index: repeats ? 0 : index, width: width, height: height,
      perturbation: perturbation, distortion: distortion)
  }
}
