/// A route that answers with images.
enum ImageRoute: Sendable, Hashable {
  /// The diffusers shape.
  case diffusers
  /// OpenAI's shape.
  case openAI
}
