import HTTPTypes
import NPUBase
import NPUTransport
import TestSupport
import Testing

@Suite("Request bodies from forms and files", .timeLimit(.minutes(30)))
struct UploadTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

  /// Sends a body to a server that notes it.
  private func send(_ body: TransferBody, method: HTTPRequest.Method = .post) async throws -> FaultConnection.Request {
    try await withAnswer(Self.ok) { server, notes in
      try await CurlTransport.with { transport in
        let observer = RecordingObserver()
        observer.start(.to(server.authority, method: method, body: body), on: transport)
        let end = await observer.ended()
        #expect(end.error == nil)
        #expect(observer.log.names == ["started", "sent", "head", "body", "ended"])
        #expect(observer.log.count("sent") == 1)
        let request = try #require(notes.requests.first)
        #expect(end.metrics.bytesSent == request.size)
        // The first byte of the response cannot come before the last one of the request has gone, however long that
        // took; libcurl's own time is that of the first byte that was sent.
        let log = observer.log
        let started = try #require(log.events.first { $0.name == "started" }?.instant)
        let sent = try #require(log.events.first { $0.name == "sent" }?.instant)
        #expect(try #require(end.metrics.firstByte) >= started.duration(to: sent))
        return request
      }
    }
  }

  @Test("a form holds its parts in order, with their names, types and bytes")
  func sendsForms() async throws {
    let sound: [UInt8] = [0, 255, 13, 10, 45, 45, 0]
    try await TemporaryFile.with(sound, name: "speech.wav") { path in
      let request = try await send(
        .form(
          MultipartForm([
            .field("language", "中文 \"q\""), .field("empty", ""),
            .file("audio", path: path, contentType: "audio/wav"),
            .file("file", bytes: sound, fileName: "a\"b.raw", contentType: "audio/l16"),
          ])))
      let type = try #require(request.values("content-type").first)
      #expect(request.values("content-type").count == 1)
      #expect(request.values("transfer-encoding").isEmpty)
      #expect(request.values("expect").isEmpty)
      let parts = try #require(PlainMultipart.parts(of: request.body, contentType: type))
      #expect(parts.map(\.name) == ["language", "empty", "audio", "file"])
      #expect(parts.map(\.body) == [bytes("中文 \"q\""), [], sound, sound])
      #expect(parts.map(\.fileName) == [nil, nil, "speech.wav", "a%22b.raw"])
      #expect(parts.map(\.contentType) == [nil, nil, "audio/wav", "audio/l16"])
    }
  }

  @Test("a file is a body as its bytes are", arguments: [0, 1, 65_535, 65_536, 3 << 20])
  func sendsFiles(size: Int) async throws {
    let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try await TemporaryFile.with(content) { path in
      let request = try await send(.file(path: path), method: .put)
      #expect(request.line == "PUT / HTTP/1.1")
      #expect(request.values("content-type").isEmpty)
      #expect(request.body == content)
    }
  }

  @Test("both are sent again from their beginning to where a redirect leads", arguments: [307, 308])
  func rewinds(status: Int) async throws {
    let content = [UInt8](repeating: 7, count: 300_000)
    try await TemporaryFile.with(content) { path in
      for body in [TransferBody.file(path: path), .form(MultipartForm([.file("audio", path: path)]))] {
        let notes = RequestNotes()
        try await withFaultServer { connection in
          while true {
            let request = try connection.readRequest()
            notes.add(request, connection.number)
            let isFirst = request.line.contains(" /from")
            try connection.send(
              isFirst ? "HTTP/1.1 \(status) Moved\r\nLocation: /to\r\nContent-Length: 0\r\n\r\n" : Self.ok)
          }
        } _: { server in
          try await CurlTransport.with { transport in
            let response = try await transport.response(
              to: .to(server.authority, path: "/from", method: .post, body: body) { $0.redirectLimit = 1 })
            #expect(response.head.status == .ok)
            let requests = notes.requests
            #expect(requests.map(\.line) == ["POST /from HTTP/1.1", "POST /to HTTP/1.1"])
            #expect(requests.first?.body == requests.last?.body)
            #expect((requests.last?.body.count ?? 0) >= content.count)
          }
        }
      }
    }
  }

  @Test("a file that cannot be sent is named before anything is connected", arguments: [false, true])
  func refusesFiles(inForm: Bool) async throws {
    try await TemporaryFile.with([]) { path in
      let folder = String(path.dropLast("/file.bin".count))
      try await CurlTransport.with { transport in
        for (wrong, hint) in [(path + ".missing", "No such file"), (folder, "not a regular file")] {
          let body = inForm ? TransferBody.form(MultipartForm([.file("audio", path: wrong)])) : .file(path: wrong)
          let observer = RecordingObserver()
          observer.start(.to("127.0.0.1:9", method: .post, body: body), on: transport)
          let error = try #require(await observer.ended().error)
          #expect(error.kind == .invalidRequest, "\(error)")
          #expect(error.message.contains(wrong) && error.message.contains(hint), "\(error)")
          #expect(observer.log.names == ["started", "ended"])
        }
      }
    }
  }

  @Test("no part can smuggle in header lines, and the content type of a form is not the caller's")
  func refusesInjection() async throws {
    try await CurlTransport.with { transport in
      for part in [
        MultipartPart.field("a\r\nX-Evil: 1", "v"), .file("a", bytes: [], fileName: "b\nc"),
        .file("a", bytes: [], fileName: "b", contentType: "audio/wav\r\nX-Evil: 1"),
      ] {
        let error = await #expect(throws: TransportError.self) {
          _ = try await transport.response(
            to: .to("127.0.0.1:9", method: .post, body: .form(MultipartForm([part]))))
        }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.message.contains("control characters") == true)
      }
      let typed = await #expect(throws: TransportError.self) {
        _ = try await transport.response(
          to: .to(
            "127.0.0.1:9", method: .post, fields: [.contentType: "multipart/form-data"], body: .form(MultipartForm())))
      }
      #expect(typed?.message.contains("boundary") == true)
    }
  }

  @Test("is sent only when its last byte is, and not while the server has yet to read it", arguments: [false, true])
  func stampsLargeUploads(inForm: Bool) async throws {
    let read = Gate()
    try await TemporaryFile.withSparse([1, 2, 3], size: 20 << 20, name: "long.wav") { path in
      try await withFaultServer { connection in
        _ = try connection.readHead()
        read.pass()
        _ = try connection.read(20 << 20)
        try connection.send(Self.ok)
      } _: { server in
        try await CurlTransport.with { transport in
          let observer = RecordingObserver()
          defer { read.open() }
          let body = inForm ? TransferBody.form(MultipartForm([.file("audio", path: path)])) : .file(path: path)
          observer.start(.to(server.authority, method: .post, body: body), on: transport)
          await observer.wait { $0.count("started") == 1 }
          #expect(observer.log.count("sent") == 0)
          read.open()
          #expect(await observer.ended().error == nil)
          #expect(observer.log.count("sent") == 1)
        }
      }
    }
  }

  @Test("are described without their contents, and count in memory what is in memory")
  func describes() {
    let form = MultipartForm([.field("key", "hidden"), .file("audio", path: "/data/a.wav")])
    let request = TransferRequest.to("host.example", method: .post, body: .form(form))
    #expect(request.body.bytesInMemory == 6)
    #expect(TransferBody.file(path: "/data/a.wav").bytesInMemory == 0)
    for text in ["\(request)", String(reflecting: request)] {
      #expect(text.contains("audio: file /data/a.wav") && text.contains("key: 6 bytes"))
      #expect(!text.contains("hidden"))
    }
  }

  @Test("200 MB from the disk occupy next to no memory", arguments: [false, true])
  func staysSmall(inForm: Bool) async {
    await #expect(processExitsWith: .success) { [inForm] in
      let size = 200 << 20
      try await TemporaryFile.withSparse([1], size: size, name: "hour.wav") { path in
        try await withFaultServer { connection in
          _ = try connection.readHead()
          var left = size
          while left > 0 {
            let piece = try connection.receive()
            guard !piece.isEmpty else { throw FaultConnection.Gone() }
            left -= piece.count
          }
          try connection.send(Self.ok)
        } _: { server in
          try await CurlTransport.with { transport in
            let baseline = ProcessResources.residentBytes
            let body = inForm ? TransferBody.form(MultipartForm([.file("audio", path: path)])) : .file(path: path)
            let response = try await transport.response(to: .to(server.authority, method: .post, body: body))
            #expect(response.metrics.bytesSent >= size, "\(response.metrics.bytesSent) of \(size) bytes sent")
            let grown = ProcessResources.peakResidentBytes - baseline
            #expect(grown < 64 << 20, "grown by \(grown) bytes")
          }
        }
      }
    }
  }
}
