extension PixelImage {
  /// Two images in the form in which they are compared: without alpha, both gray if they were, else both RGB.
  static func comparable(
    _ first: PixelImage, _ second: PixelImage
  ) throws(ImageError) -> (first: PixelImage, second: PixelImage) {
    guard first.width == second.width, first.height == second.height else {
      throw ImageError(
        kind: .shapeMismatch,
        message:
          "The images differ in size, \(first.width)x\(first.height) and \(second.width)x\(second.height) pixels; "
          + "request both at one size, or scale one before the comparison.")
    }
    if first.channels <= 2 && second.channels <= 2 { return (first.luma, second.luma) }
    return (first.rgb, second.rgb)
  }
}
