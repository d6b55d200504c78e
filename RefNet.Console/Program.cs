System.Console.WriteLine("refnet");
