/// A route that answers with images.
enum ImageRoute: Sendable, Hashable {
  /// The diffusers shape.
  case diffusers
  /// OpenAI's shape.
  case openAI
  /// OpenAI's changes of an image, a form.
  case edit
  /// OpenAI's images like another one, a form.
  case variation

  /// Whether the body of a path is a form.
  static func takesForm(_ path: String) -> Bool {
    let path = path.prefix { $0 != "?" && $0 != "#" }
    return path == "/v1/images/edits" || path == "/v1/images/variations"
  }
}
