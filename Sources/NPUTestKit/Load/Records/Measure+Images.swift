extension Measure {
  /// Images that came with the answer.
  public static let images = Measure(rawValue: "images")
  /// Bytes of the image files of the answer.
  public static let imageBytes = Measure(rawValue: "image_bytes")
}
