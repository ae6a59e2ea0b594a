internal import NPUMetrics

/// The pixels of a response, or why it has none that could be compared.
enum ComparableImage {
  /// The image of a response, unless it shows nothing.
  ///
  /// An image of one colour shows nothing: pipelines put a black one in place of what they would not show, and a model
  /// that computes NaN draws one.
  static func pixels(of response: CaseResponse) -> Result<PixelImage, CaseFault> {
    decoded(response).flatMap { image in
      guard isBlank(image) else { return .success(image) }
      let colour = image.samples.prefix(3).map(String.init).joined(separator: ", ")
      return .failure(
        CaseFault(kind: "blank", message: "every pixel of \(image.width)x\(image.height) is (\(colour))"))
    }
  }

  /// The image of a response, whatever it shows.
  static func decoded(_ response: CaseResponse) -> Result<PixelImage, CaseFault> {
    if let fault = response.fault { return .failure(fault) }
    guard let bytes = response.file else {
      return .failure(CaseFault(kind: "empty_response", message: "the response holds no image"))
    }
    do throws(PNGError) {
      return .success(try PNGImage(decoding: bytes).pixels.rgb)
    } catch {
      let place = error.offset.map { " (at byte \($0))" } ?? ""
      return .failure(CaseFault(kind: error.kind.rawValue, message: error.message + place))
    }
  }

  private static func isBlank(_ image: PixelImage) -> Bool {
    let (samples, channels) = (image.samples, image.channels)
    return samples.indices.dropFirst(channels).allSatisfy { samples[$0] == samples[$0 - channels] }
  }
}

extension CaseFault {
  /// The fault of two images that cannot be compared.
  init(_ error: ImageError) { self.init(kind: error.kind.rawValue, message: error.message) }
}
