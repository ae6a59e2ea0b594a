internal import Foundation
internal import HTTPTypes
internal import NPUMetrics
package import NPUServices
package import NPUTransport

/// Images and responses for tests of image services.
package enum ImageFixtures {
  /// A PNG file of one colour.
  package static func png(_ width: Int = 16, _ height: Int = 16, gray: UInt8 = 90) throws -> [UInt8] {
    try PixelImage(
      width: width, height: height, channels: 1, samples: [UInt8](repeating: gray, count: width * height)
    ).pngEncoded()
  }

  /// A JPEG file of 37 by 23 pixels.
  package static var jpeg: [UInt8] {
    decoded(
      """
      /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PT
      gyPC4zNDL/wAALCAAXACUBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIh
      MUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhI
      WGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APIb
      XSN2PlrZg0NQu5wAPetGDR4jwsTMfpgVoxaRGAP3SA5wed36CtCPRht4gDe4Q/1NULDSwE3svAGa04NLziSRcsfuqK0YtLOcOuTjlRwo+taMGm
      YwccZ/h4H59TV6PSiEG1FH1wPx5zWfaaaDCi8ZY9PUf5xWnBpwLBhtJJwnHQetaNvpi4AUAqfuj19zWjb6ZkqQAc8A9Cf8KuppyhAFZV4z0I/l
      X//Z
      """)
  }

  /// A lossless WebP file of 37 by 23 pixels.
  package static var webp: [UInt8] {
    decoded(
      """
      UklGRlgBAABXRUJQVlA4TEwBAAAvJIAFALkyRPQ/FgKBJH/iCWaI6H8EJ4EcSZIiKf6nv8Rd04sCHPkxzAEkBwAINk1s27Zt27Ztt7NvOy07+a
      8xAY8FXOUDYIBXeQ8CuVDgU1oXCBZJTHMwp/2QkM0gh1xOCUGcjoNB+oO9wMXmMHhSs7vzE7nNFIzBkd4JP1GZw47DGDSZWMPcCDxyY/BSsIYu
      DWv45G3j8C0+67/0AkTI5BmPByHENkSYOAQtDQhHlgiM3B/Mz0lBuIlBmLJBqLLA9BPn8pY4RJkqgpIxwpAjIjsYH+Ozphcg4SeHR9lZ87G3G1
      0GiDZ9RJNegEQ9/CSEsFNAlOkt2RC83BOuvBO1fA1jHAg3VcSJ8FIjIDkTvnwKeAdBJ2aOPCNCT4nA5ZmYszthjS4bosqC70yIKAPCk39L4EkQ
      fAqEngbhZ8BvFkSfA7HnlvjzGmCgAA==
      """)
  }

  private static func decoded(_ base64: String) -> [UInt8] {
    Data(base64Encoded: base64.filter { !$0.isWhitespace }).map { Array($0) } ?? []
  }

  package static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  /// Two files of text, packed by Python's zipfile: deflated, stored, and written to a stream with lengths behind the
  /// data.
  package static let archives = [
    "deflated": """
    UEsDBBQAAAAIAAAAIVzW2j9VCwAAAHgAAAALAAAAaW1hZ2VfMC5wbmdLyywqLlFIozsJAFBLAwQUAAAACAAAACFcG2Tx0AwAAACMAAAACwAAAGltYWdl
    XzEucG5nK05Nzs9LUSgeDBQAUEsBAhQDFAAAAAgAAAAhXNbaP1ULAAAAeAAAAAsAAAAAAAAAAAAAAIABAAAAAGltYWdlXzAucG5nUEsBAhQDFAAAAAgA
    AAAhXBtk8dAMAAAAjAAAAAsAAAAAAAAAAAAAAIABNAAAAGltYWdlXzEucG5nUEsFBgAAAAACAAIAcgAAAGkAAAAAAA==
    """,
    "streamed": """
    UEsDBBQACAAIAAAAIVwAAAAAAAAAAAAAAAALAAAAaW1hZ2VfMC5wbmdLyywqLlFIozsJAFBLBwjW2j9VCwAAAHgAAABQSwECFAMUAAgACAAAACFc1to/
    VQsAAAB4AAAACwAAAAAAAAAAAAAAgAEAAAAAaW1hZ2VfMC5wbmdQSwUGAAAAAAEAAQA5AAAARAAAAAAA
    """,
  ]

  package static func archive(_ name: String) -> [UInt8] {
    let text = (archives[name] ?? "").filter { !$0.isWhitespace }
    return Data(base64Encoded: text).map { Array($0) } ?? []
  }

  /// A transport that gives one response to every request.
  package static func answering(
    _ body: [UInt8], status: Int = 200, type: String? = "image/png"
  ) -> ScriptedTransport {
    var fields = HTTPFields()
    if let type { fields[.contentType] = type }
    let head = HTTPResponse(status: .init(code: status), headerFields: fields)
    return ScriptedTransport { _ in [.head(head)] + (body.isEmpty ? [] : [.body(body)]) }
  }
}

extension ImageClient {
  package init(_ transport: any Transport, _ wireProtocol: ImageRequest.WireProtocol = .diffusers) throws {
    self.init(transport: transport, service: try .local, wireProtocol: wireProtocol)
  }

  /// What becomes of one response: the images, or the kind of the error.
  package func outcome(of request: ImageRequest = ImageRequest(prompt: "a cat")) async -> Result<
    ImageResponse, any Error
  > {
    do { return .success(try await generate(request)) } catch { return .failure(error) }
  }
}

extension Result where Failure == any Error {
  /// The kind of the service error that it failed with.
  package var kind: ServiceError.Kind? {
    guard case .failure(let error) = self else { return nil }
    return (error as? ServiceError)?.kind
  }
}
