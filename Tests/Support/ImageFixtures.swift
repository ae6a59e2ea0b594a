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
