extension Measure {
  /// Images that came with the response.
  public static let images = Measure(rawValue: "images")
  /// Bytes of the image files of the response.
  public static let imageBytes = Measure(rawValue: "image_bytes")
}
