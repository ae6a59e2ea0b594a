import HTTPTypes
import NPUMetrics
internal import NPUServices
internal import NPUTransport

extension Check where Context == ImageCheckContext {
  /// A prompt becomes an image.
  static var basic: Check {
    Check(
      "image.basic", "A prompt becomes an image",
      requirement:
        "A prompt alone is answered by one PNG that decodes to its last pixel, shows something and has the default size.",
      tags: [.basic]
    ) { context in
      let made = try await context.made(ImageRequest(prompt: context.prompt, model: context.model))
      try Finding.demand(
        made.format == .png, "the image is \(made.format?.shown ?? "of an unknown format"), not PNG")
      let image = try CheckedImage(made)
      guard let size = context.defaultSize else { return .pass("a PNG of \(image.size) pixels") }
      try Finding.demand(image.size == size, "the image is \(image.size) pixels, by default it should be \(size)")
      return .pass("a PNG of \(image.size) pixels, the default size")
    }
  }

  /// An image has the size that was asked for.
  static var customSize: Check {
    Check(
      "image.size", "An image has the size that was asked for",
      requirement:
        "Width and height that a request names, 768 by 1024 unless told otherwise, are those of the image.",
      tags: [.basic, .size]
    ) { context in
      var request = context.request(seed: 1)
      (request.width, request.height) = (context.customSize.width, context.customSize.height)
      let image = try MeasuredImage(try await context.made(request))
      try image.demand(context.customSize)
      return .pass("\(image.note), as asked")
    }
  }

  /// A size that cannot be made is not replaced silently.
  static var oddSize: Check {
    Check(
      "image.size.odd", "A size that cannot be made is not replaced silently",
      requirement:
        "A size that is no multiple of 8, such as 509 by 509, is an error, or the image has just that size.",
      knownDeviations: "Some pipelines round to the next size that they can make.", severity: .recommended,
      tags: [.size], isolation: .alone
    ) { context in
      var request = context.request(seed: 1)
      (request.width, request.height) = (context.oddSize.width, context.oddSize.height)
      let refusal = Refusal(name: "\(context.oddSize)")
      let response = try await refusal.answer { try await context.client.response(to: request) }
      if response.head.status.kind != .successful { return .pass(try await refusal.judge { response }) }
      let answer = try context.client.answer(in: response, to: request)
      guard var image = answer.images.first else { throw Finding.fail("the response holds no image") }
      // An address says nothing about the image behind it.
      if image.bytes.isEmpty, let url = image.url { image = try await context.client.fetch(url) }
      let measured = try MeasuredImage(image)
      try measured.demand(context.oddSize)
      return .pass("an image of \(measured.note)")
    }
  }
}
