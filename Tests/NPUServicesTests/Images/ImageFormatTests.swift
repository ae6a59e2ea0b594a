import NPUMetrics
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("Images of other formats than PNG") struct ImageFormatTests {
  static let files: [String: [UInt8]] = ["JPEG": ImageFixtures.jpeg, "WebP": ImageFixtures.webp]

  private func request(_ width: Int, _ height: Int) -> ImageRequest {
    ImageRequest(prompt: "a cat", width: width, height: height)
  }

  @Test("Their size is held against what was asked for", arguments: ["JPEG", "WebP"], ["image/png", "image/jpeg"])
  func size(_ name: String, _ type: String) async throws {
    let bytes = try #require(Self.files[name])
    let client = try ImageClient(ImageFixtures.answering(bytes, type: type))
    let images = try await client.generate(request(37, 23)).images
    #expect(images.first?.info?.format.rawValue == name)
    #expect(images.first?.header == nil)
    let error = await #expect(throws: ServiceError.self) { try await client.generate(request(512, 512)) }
    #expect(error?.kind == .unexpectedContent)
    #expect(error?.message.contains("is 37x23 pixels, but 512x512 were asked for") == true)
  }

  @Test("One that is cut off is damaged, whole in memory and while it is saved", arguments: ["JPEG", "WebP"])
  func cut(_ name: String) async throws {
    let bytes = try #require(Self.files[name])
    let client = try ImageClient(ImageFixtures.answering(Array(bytes.dropLast(20))))
    let error = await #expect(throws: ServiceError.self) { try await client.generate(request(37, 23)) }
    #expect(error?.kind == .damagedMedia)
    #expect(error?.message.contains("is cut off") == true)
    let folder = try TemporaryFolder()
    let saving = await #expect(throws: ServiceError.self) {
      try await client.save(request(37, 23), in: folder.path, named: "image")
    }
    #expect(saving?.kind == .damagedMedia)
  }

  @Test("While it is saved its size is looked at too", arguments: ["JPEG", "WebP"])
  func saved(_ name: String) async throws {
    let bytes = try #require(Self.files[name])
    let client = try ImageClient(ImageFixtures.answering(bytes))
    let folder = try TemporaryFolder()
    let files = try await client.save(request(37, 23), in: folder.path, named: "image")
    #expect(files.map(\.byteCount) == [bytes.count])
    let error = await #expect(throws: ServiceError.self) {
      try await client.save(request(64, 64), in: folder.path, named: "other")
    }
    #expect(error?.kind == .unexpectedContent)
  }

  @Test(
    "What is no image that is read here is named",
    arguments: [("fLaC\0\0\0\u{22}", "FLAC"), ("\0\0\0\u{20}ftypavif", "AVIF"), ("%PDF-1.7", "25 50 44 46")])
  func others(_ text: String, _ name: String) async throws {
    let client = try ImageClient(ImageFixtures.answering(Array(text.utf8)))
    let error = await #expect(throws: ServiceError.self) { try await client.generate(request(37, 23)) }
    #expect(error?.kind == .damagedMedia)
    #expect(error?.message.contains(name) == true, "\(error?.message ?? "")")
  }
}
