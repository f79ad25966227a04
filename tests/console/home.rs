//! The overview of all services.

use crate::{actions::INSTANCE, at_each_size, flow::Setup};

#[test]
fn it_says_of_every_list_what_it_comes_to_and_leads_into_it() {
    at_each_size(|size| {
        let mut flow = Setup::new(size)
            .with(&INSTANCE.replace("speed = 600", ""))
            .home_first()
            .launch();
        flow.frame("home-starting");
        flow.shows("EBS volumes").settles().snapshot("home");
        flow.press("j enter").shows("web-1 root").settles();
        flow.press("esc").shows("Home").press("k enter");
        flow.shows("corp.example.com")
            .press("c enter")
            .settles()
            .press("enter");
        flow.shows("accepted")
            .press("H")
            .shows("◐ 1")
            .hides("loading");
        flow.press("G enter").shows("1 running");
    });
}

#[test]
fn a_list_that_cannot_be_read_says_why_in_its_place() {
    let denied = "\n[[denied]]\naction = \"ec2:DescribeInstances\"\n";
    at_each_size(|size| {
        let mut flow = Setup::new(size).with(denied).start();
        flow.press("H")
            .shows("UnauthorizedOperation")
            .snapshot("home-denied");
    });
}
