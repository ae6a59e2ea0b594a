import HTTPTypes
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("The error of a redirect that nobody follows")
struct RedirectMessageTests {
  @Test(
    "names where it leads, without what may be secret",
    arguments: [
      ("https://other.example/v1/models", "https://other.example/v1/models"),
      ("/v1/models/", "/v1/models/"),
      ("//cdn.example/x", "//cdn.example/x"),
      ("https://user:hunter2@other.example/x?key=hunter2#hunter2", "https://other.example/x"),
      ("/login?next=hunter2", "/login"),
    ])
  func namesTheTarget(location: String, shown: String) async throws {
    let transport = ScriptedTransport { _ in
      [
        .head(
          HTTPResponse(
            status: .permanentRedirect, headerFields: [.location: location, .contentType: "text/html"])),
        .body("<html><title>308 Permanent Redirect</title></html>"),
      ]
    }
    let client = HealthClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
    let error = await #expect(throws: ServiceError.self) { try await client.models() }
    let message = try #require(error?.message)
    #expect(message.contains("redirects to \(shown) ("), "\(message)")
    #expect(!message.contains("hunter2"))
    #expect(error?.shortDescription == "http_308")
  }
}
