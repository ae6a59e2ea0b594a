import NPUMetrics
public import NPUServices
public import NPUTransport

/// What the checks of a model that sees need: a language model's context, and pictures whose content is known.
///
/// The pictures are drawn by the kit, the same on every machine.
public struct MultimodalCheckContext: CheckContext {
  /// The service and the model.
  public var llm: LLMCheckContext
  /// The width of the large picture in pixels; 4K by default.
  public var largeWidth = 3840
  /// The height of the large picture in pixels; 4K by default.
  public var largeHeight = 2160
  /// The text that is drawn for the model to read.
  public var writtenText = "NPU 4711"
  /// How the reading of the text is judged.
  public var readingJudge = ReplyJudge.keywords("4711")
  /// How the question for the highest bar of a chart, which is labelled Osaka, is judged.
  public var chartJudge = ReplyJudge.keywords("Osaka")
  /// How the question for the numbers of four frames, in order, is judged.
  public var framesJudge = ReplyJudge("the order of the numbers 3, 1, 4, 2") { reply in
    let digits = reply.filter { "1234".contains($0) }
    return digits == "3142" ? nil : "the numbers in the reply are \"\(digits)\""
  }

  /// Creates a context.
  public init(_ llm: LLMCheckContext) { self.llm = llm }

  /// What carries the requests.
  public var transport: any Transport {
    get { llm.transport }
    set { llm.transport = newValue }
  }
  /// Where the service listens.
  public var service: ServiceConfiguration { llm.service }
}

extension MultimodalCheckContext {
  /// The picture of the text.
  var writtenPicture: TestImage { get throws { try .text(writtenText) } }

  /// The picture of a bar chart.
  var chartPicture: TestImage {
    get throws { try .barChart(["Lyon": 12, "Osaka": 41, "Quito": 25], title: "Visitors") }
  }

  /// Four pictures of one number each, in no usual order.
  var framePictures: [TestImage] { get throws { try [3, 1, 4, 2].map { try .frame(number: $0, of: 4) } } }

  /// The address of each picture with the text that a model should find in it; for a simulator that cannot read.
  public var pictureTexts: [String: String] {
    get throws {
      var texts = [try writtenPicture.dataURL(): writtenText, try chartPicture.dataURL(): "Osaka"]
      for (picture, number) in zip(try framePictures, [3, 1, 4, 2]) { texts[try picture.dataURL()] = "\(number)" }
      return texts
    }
  }

  /// A greedy request with pictures.
  func request(_ question: String, _ pictures: [TestImage], tokens: Int = 32) throws -> ChatRequest {
    let parts = try pictures.map { ContentPart.imageURL(try $0.dataURL()) }
    return llm.request([ChatMessage(role: .user, content: .parts(parts + [.text(question)]))], tokens: tokens)
  }
}
