// Made from api/openapi.json by npm run docs:api.
export interface paths {
    "/delivery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives the stages of the pipeline, and the approvals that wait
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/delivery/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approves the deployment to this environment that waits
         * @description Needs the scope `stepmill/approve` and one of the groups approver.
         */
        post: operations["approveDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/delivery/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists who decided in this console on deployments, the newest first
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listDeliveryAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/delivery/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rejects the deployment to this environment that waits; the delivery ends
         * @description Needs the scope `stepmill/approve` and one of the groups approver.
         */
        post: operations["rejectDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inference/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks the live model
         * @description Checks the records by the project's columns, asks the live endpoint once for all of them, and gives its answers.
         *
         *     Needs the scope `stepmill/predict` and one of the groups viewer, operator, approver.
         */
        post: operations["predict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists model versions, the newest of each project first
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compares two versions of one project
         * @description Metrics with the bounds of the gate, settings and columns that differ, and whether both were measured on the same rows.
         *
         *     Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["compareModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/compare/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives what two versions of one project predicted for the same test rows
         * @description There are such rows where both were trained on the same data, or where one was the champion with which the other was compared.
         *
         *     Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["comparePredictions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives a model version with everything that led to it and came of it
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["getModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{version}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approves a model version, which starts its promotion
         * @description Records who decided and why in the model package and in the audit. Within five seconds after another decision on the same version, only a caller that sends the current `revision` may decide.
         *
         *     Needs the scope `stepmill/approve` and one of the groups approver.
         */
        post: operations["approveModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{version}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Says what approving or rejecting a model version would do now
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["planDecision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{version}/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives what a model version predicted for its test rows
         * @description From `predictions.csv` of the evaluation, for plots.
         *
         *     Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listPredictions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{version}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rejects a model version; the one approved before it comes back where it is live
         * @description Records who decided and why in the model package and in the audit. Within five seconds after another decision on the same version, only a caller that sends the current `revision` may decide.
         *
         *     Needs the scope `stepmill/approve` and one of the groups approver.
         */
        post: operations["rejectModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives all that a dashboard shows, in one answer
         * @description What runs is as of the last second, and what is quiet is as of the last seconds where there are many projects: an account lists executions five times a second. `Poll-After` says in how many seconds to ask again: 1 while something runs, 15 otherwise.
         *
         *     Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the projects
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listProjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists who changed what and when, the newest first
         * @description Written before the change is made; where the change then fails, a second entry says so. Entries are kept for a year, and the API cannot change them. With `subject`, a page can have fewer entries than `pageSize`, also none, where a `nextPageToken` follows.
         *
         *     Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists uploads and what became of them
         * @description Every version of every object below the prefix, by name, the newest version first.
         *
         *     Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listDatasets"];
        put?: never;
        /**
         * Gives a form with which a browser uploads data to S3
         * @description A presigned POST for one key below `incoming/<project>/`. Send `fields` and then `file` as multipart/form-data to `url`. The upload starts a training. S3 answers with `x-amz-version-id`; `GET /projects/{project}/datasets?name=…` lists the versions of a name.
         *
         *     Needs the scope `stepmill/train` and one of the groups operator.
         */
        post: operations["createUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/datasets/{dataset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives one upload: its state, why it was refused, the profile of its columns
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["getDataset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/datasets/{dataset}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives the first rows of an upload, with the places that inspection refused
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["previewDataset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/endpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives the endpoint: traffic, bake, alarms, capacity, history
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["getEndpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/endpoint/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rejects the model that is live, so that the one approved before it comes back
         * @description Needs the scope `stepmill/approve` and one of the groups approver.
         */
        post: operations["rollBack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists executions of one workflow, the newest first
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/executions/{workflow}/{execution}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives one execution with its definition, input and output
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["getExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/executions/{workflow}/{execution}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives the history of an execution, or what was added to it
         * @description Without `after`: the whole history in pages, from its beginning. With `after`: the events with a larger id, the newest where there are too many for one answer; `isCutShort` says so.
         *
         *     Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/executions/{workflow}/{execution}/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Runs a failed execution again from the state that failed
         * @description Needs the scope `stepmill/train` and one of the groups operator.
         */
        post: operations["redriveExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/executions/{workflow}/{execution}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stops an execution
         * @description The workflow cannot clean up after itself then. Of a promotion: look at the endpoint afterwards.
         *
         *     Needs the scope `stepmill/train` and one of the groups operator.
         */
        post: operations["stopExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/jobs/{job}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives the log of a SageMaker job of the project
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listJobLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/monitoring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives how the live model is watched, and its alarms
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["getMonitoring"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/monitoring/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the windows that were judged, the newest first
         * @description Those of the last 90 days.
         *
         *     Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listReports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/monitoring/reports/{report}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives one report: its verdict, each column with both distributions, quality, files
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["getReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/monitoring/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judges a window of requests now
         * @description Starts an execution of `<project>-monitoring`, as `stepmill monitor --run` does. It makes a report and no alarm: alarms count the windows of the schedule.
         *
         *     Needs the scope `stepmill/train` and one of the groups operator.
         */
        post: operations["startMonitoring"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/retraining/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists decisions to train again, and not to, with their reasons; the newest first
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listRetrainingDecisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/retraining/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks now whether to train again
         * @description Starts an execution of `<project>-retraining`, as `stepmill retrain --run` does. A decision that a person asks for passes over the cool-down and over a drift that was trained on already; new labelled rows and the budget of the month count as ever.
         *
         *     Needs the scope `stepmill/train` and one of the groups operator.
         */
        post: operations["startRetraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives a project's columns and settings
         * @description From it a form for predictions or for a training can be made.
         *
         *     Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["getProjectSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/scorings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the files that were scored, the newest first
         * @description All of the last 90 days: of uploads, schedules and requests.
         *
         *     Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["listScorings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/scorings/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives a form with which a browser uploads a file that is to be scored
         * @description A presigned POST for one key below `scoring-requests/<project>/`, where nothing starts by itself: name the `uri` in `POST /scoring/start` afterwards. A file below `scoring/<project>/` is scored when it arrives.
         *
         *     Needs the scope `stepmill/train` and one of the groups operator.
         */
        post: operations["createScoringUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/scorings/{execution}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives one scoring: its state, its results, and links to its files
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["getScoring"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/trial": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives the model on trial beside the live one
         * @description Needs the scope `stepmill/read` and one of the groups viewer, operator, approver.
         */
        get: operations["getTrial"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/trial/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends the trial: the model on trial becomes the live one
         * @description Needs the scope `stepmill/approve` and one of the groups approver.
         */
        post: operations["promoteTrial"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{project}/trial/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends the trial: the model on trial is rejected and taken away
         * @description Needs the scope `stepmill/approve` and one of the groups approver.
         */
        post: operations["withdrawTrial"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/projects/{project}/form": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives the columns of a project that is open to everyone
         * @description Needs no sign-in: what must be known to ask. Answers for projects with `publicPredict: true` only.
         *
         *     Needs no token.
         */
        get: operations["getPublicForm"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/projects/{project}/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks the live model of a project that is open to everyone
         * @description Works without sign-in for projects with `publicPredict: true`. For any other project it answers `project-not-found`.
         *
         *     Needs no token.
         */
        post: operations["predictPublicly"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scoring/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Scores the rows of a file that was uploaded
         * @description Starts an execution of `<project>-scoring`, as `stepmill score` does. Rows that cannot be scored are set aside with their reasons. The same version of a file is scored once by the same model in the same way: the execution then ends as `Duplicate`.
         *
         *     Needs the scope `stepmill/train` and one of the groups operator.
         */
        post: operations["startScoring"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/states/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Runs one state of an execution again, without calling anything
         * @description Step Functions' TestState on a state of the definition that an execution runs, or of a changed one. Tasks, maps and parallel states need a `mock`, because the test calls no service and changes nothing.
         *
         *     Needs the scope `stepmill/train` and one of the groups operator.
         */
        post: operations["testState"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/training/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a training on data that was uploaded
         * @description Starts an execution of `<project>-training` on an upload, with the settings of the project but for those named here, as `stepmill train` does. An upload starts a training by itself; this one is for other settings. The same data under the same settings is trained on once: the execution then ends as `Duplicate`.
         *
         *     Needs the scope `stepmill/train` and one of the groups operator.
         */
        post: operations["startTraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ApproveDeliveryRequest: {
            /** @description Of the approval that the person saw */
            revision: string;
            /**
             * @description Why, for the registry and the audit
             * @example Better on every class
             */
            reason?: string;
        };
        RejectDeliveryRequest: {
            /** @description Of the approval that the person saw */
            revision: string;
            /**
             * @description Why, for the registry and the audit
             * @example Better on every class
             */
            reason: string;
        };
        PredictionRequest: {
            modelName: components["schemas"]["ProjectName"];
            records: components["schemas"]["PredictionRecord"][];
            /** @description What each answer holds beside the prediction. By default all that the kind of model has, without `probabilities`. */
            include?: ("probability" | "probabilities" | "confidence" | "riskFactors")[];
        };
        /**
         * @description A project
         * @example abalone
         */
        ProjectName: string;
        /**
         * @description One row by the names of its columns. A column that may be missing may be left out or null; the label is not part of a record.
         * @example {
         *       "sex": "M",
         *       "length": 0.455,
         *       "diameter": 0.365,
         *       "height": 0.095,
         *       "whole_weight": 0.514,
         *       "shucked_weight": 0.2245,
         *       "viscera_weight": 0.101,
         *       "shell_weight": 0.15
         *     }
         */
        PredictionRecord: {
            [key: string]: string | number | null;
        };
        /** @enum {string} */
        ApprovalStatus: "Approved" | "Rejected" | "PendingManualApproval";
        /**
         * @description A model version
         * @example abalone:3
         */
        VersionName: string;
        ApprovalRequest: {
            /**
             * @description Why, for the registry and the audit
             * @example Better on every class
             */
            reason?: string;
            /** @description `revision` of the version as the person saw it */
            revision?: string;
        };
        RejectionRequest: {
            /**
             * @description Why, for the registry and the audit
             * @example Better on every class
             */
            reason: string;
            /** @description `revision` of the version as the person saw it */
            revision?: string;
        };
        UploadRequest: {
            /** @example abalone.csv */
            fileName: string;
            /** @description The size of the file; S3 refuses any other */
            sizeBytes: number;
            /** @default text/csv */
            contentType: string;
        };
        /**
         * @description One uploaded version of one object
         * @example 0f1e2d3c4b5a69788796a5b4c3d2e1f0
         */
        DatasetId: string;
        RollbackRequest: {
            /**
             * @description Why, for the registry and the audit
             * @example Better on every class
             */
            reason: string;
        };
        /**
         * @description A state machine of the project
         * @enum {string}
         */
        WorkflowName: "training" | "promotion" | "trial" | "scoring" | "monitoring" | "retraining";
        /** @enum {string} */
        ListedExecutionStatus: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
        /**
         * @description An execution
         * @example b2c5f7a0-upload
         */
        ExecutionName: string;
        RedriveRequest: Record<string, never>;
        StopRequest: {
            /**
             * @description Why, for the registry and the audit
             * @example Better on every class
             */
            reason?: string;
        };
        /**
         * @description A SageMaker job
         * @example abalone-train-5d1f3c0a
         */
        JobName: string;
        MonitoringRequest: {
            /**
             * Format: date-time
             * @description By default as long before the end as the project says
             * @example 2026-11-29T19:30:00.000Z
             */
            windowStart?: string;
            /**
             * Format: date-time
             * @description By default now
             * @example 2026-11-29T19:30:00.000Z
             */
            windowEnd?: string;
        };
        RetrainingRequest: Record<string, never>;
        PromoteTrialRequest: {
            /**
             * @description Why, for the registry and the audit
             * @example Better on every class
             */
            reason?: string;
        };
        WithdrawTrialRequest: {
            /**
             * @description Why, for the registry and the audit
             * @example Better on every class
             */
            reason: string;
        };
        PublicPredictionRequest: {
            records: components["schemas"]["PredictionRecord"][];
            /** @description What each answer holds beside the prediction. By default all that the kind of model has, without `probabilities`. */
            include?: ("probability" | "probabilities" | "confidence" | "riskFactors")[];
        };
        ScoringRequest: {
            modelName: components["schemas"]["ProjectName"];
            /** @description A file below the project's `scoring-requests/` or `scoring/` prefix; its newest version is scored */
            datasetUri: string;
            /** @description The version that scores. By default the live one */
            version?: components["schemas"]["VersionName"];
            /** @description Whether each row has its confidence and its factors. By default as the project says */
            explain?: boolean;
        };
        StateTestRequest: {
            project: components["schemas"]["ProjectName"];
            workflow: components["schemas"]["WorkflowName"];
            execution: components["schemas"]["ExecutionName"];
            state: string;
            /** @description A changed state machine. By default the one that the execution runs */
            definition?: {
                [key: string]: unknown;
            };
            /** @description By default an empty object */
            input?: unknown;
            variables?: {
                [key: string]: unknown;
            };
            mock?: components["schemas"]["StateMock"];
            /** @description Retries before; only with a mocked error */
            retryCount?: number;
        };
        /** @description What the task, the map or the parallel state gives, or the error it fails with */
        StateMock: {
            result: unknown;
        } | {
            error: string;
            cause?: string;
        };
        TrainingRequest: {
            modelName: components["schemas"]["ProjectName"];
            /** @description An upload below the project's `incoming/` prefix */
            datasetUri: string;
            /** @description One of the algorithms of the kit */
            algorithm?: string;
            hyperparameters?: {
                [key: string]: string | number | boolean;
            };
        };
        Delivery: {
            pipeline: string;
            environment: string;
            stages: components["schemas"]["DeliveryStage"][];
            approvals: components["schemas"]["DeliveryApproval"][];
        };
        DeliveryStage: {
            name: string;
            /** @description As CodePipeline has it; None before the first */
            status: string;
            commit?: {
                id: string;
                message: string;
            };
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            changedAt?: string;
            /** @description Deliveries that wait before this stage */
            waiting: number;
            /** @description What stopped it, or rolled it back */
            condition?: string;
            steps: components["schemas"]["DeliveryStep"][];
        };
        DeliveryStep: {
            name: string;
            /** @description As CodePipeline has it; PendingManualApproval while it waits */
            status: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            changedAt?: string;
            /** @description Its summary, or why it failed */
            detail?: string;
            /** @description To what the step ran */
            link?: string;
        };
        DeliveryApproval: {
            stage: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            since?: string;
            commit?: {
                id: string;
                message: string;
            };
            /** @description Of the approval that the person saw */
            revision: string;
            /** @description What would change, as the step before has written */
            review: string;
            /** @description To the whole difference */
            link?: string;
            /** @description Whether it is about this environment, whose approvers alone decide on it */
            isOwn: boolean;
        };
        GatewayMessage: {
            message: string;
        };
        DeliveryDecision: {
            stage: string;
            /** @enum {string} */
            status: "Approved" | "Rejected";
            /** @description What CodePipeline now says */
            decision: string;
            auditId: string;
        };
        AuditEntry: {
            project: string;
            auditId: string;
            at: string;
            who: {
                sub: string;
                name: string;
                client: string;
            };
            action: string;
            subject: string;
            before?: string;
            after?: string;
            reason?: string;
            requestId: string;
            failure?: string;
        };
        PredictionAnswer: {
            modelName: components["schemas"]["ProjectName"];
            /** @description The version that answered: while a trial runs, that of its variant; while a rollout runs, the one before it. Null for a model of no package. */
            model: components["schemas"]["VersionName"] | null;
            /** @description The variant that answered */
            variant?: string;
            predictions: components["schemas"]["Prediction"][];
        };
        Prediction: {
            prediction: number | string;
            probability?: number;
            probabilities?: {
                [key: string]: number;
            };
            confidence?: {
                level: string;
            } & {
                [key: string]: unknown;
            };
            riskFactors?: ({
                column: string;
                /** @description In log-odds, or in units of the label */
                contribution: number;
            } & {
                [key: string]: unknown;
            })[];
            /** @description Columns with a category that the training data did not have */
            unseen?: string[];
            /** @description Columns with a number outside the range that the project declares */
            outOfRange?: string[];
            /** @description The inference id of the request, a dot, and the number of the record in it. Captured data and labels that arrive later name the request: the part before the dot */
            inferenceId: string;
        };
        ModelVersionSummary: {
            version: components["schemas"]["VersionName"];
            project: components["schemas"]["ProjectName"];
            number: number;
            modelPackageArn: string;
            status: components["schemas"]["ApprovalStatus"];
            isLive: boolean;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            registeredAt: string;
            /** @description What it was trained on */
            dataset?: components["schemas"]["DatasetId"];
            algorithm?: string;
            /** @description Numbers by name, as registered; those over out-of-fold predictions begin with `out-of-fold.` */
            metrics: {
                [key: string]: number;
            };
            /** @description Who approved or rejected it and why, as the registry says it */
            decision?: string;
            /** @description How its last promotion ended */
            promotion?: string;
        };
        ModelComparison: {
            one: components["schemas"]["ModelVersion"];
            other: components["schemas"]["ModelVersion"];
            metrics: {
                metric: string;
                /** @enum {string} */
                over: "test" | "out-of-fold";
                one?: number;
                other?: number;
                /** @description `other` minus `one` */
                difference?: number;
                bound?: components["schemas"]["GateBound"];
            }[];
            /** @description Only those that differ */
            settings: {
                name: string;
                one?: string;
                other?: string;
            }[];
            /** @description Only those that differ: what each version knows of a column, in words */
            columns: {
                name: string;
                one?: string;
                other?: string;
            }[];
            /** @description Whether both were trained on the same data */
            isSameData: boolean;
            /** @description Whether both were measured on the same test rows, so that their metrics can be compared */
            isSameRows: boolean;
        };
        ModelVersion: {
            version: components["schemas"]["VersionName"];
            project: components["schemas"]["ProjectName"];
            number: number;
            modelPackageArn: string;
            status: components["schemas"]["ApprovalStatus"];
            isLive: boolean;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            registeredAt: string;
            /** @description What it was trained on */
            dataset?: components["schemas"]["DatasetId"];
            algorithm?: string;
            /** @description Numbers by name, as registered; those over out-of-fold predictions begin with `out-of-fold.` */
            metrics: {
                [key: string]: number;
            };
            /** @description Who approved or rejected it and why, as the registry says it */
            decision?: string;
            /** @description How its last promotion ended */
            promotion?: string;
            /** @description Changes with the status. Send it with a decision, and the decision is refused where the status has changed since. */
            revision: string;
            /** @description The bounds of the gate as the project has them now, by metric */
            bounds: {
                [key: string]: components["schemas"]["GateBound"];
            };
            /** @description The run's; those that are missing have the algorithm's defaults */
            hyperparameters: {
                [key: string]: string;
            };
            /** @description Of the data that it was trained on; empty where they are not known */
            columns: {
                name: string;
                /** @enum {string} */
                type: "number" | "integer" | "category" | "date" | "text";
                values?: string[];
                minimum?: number;
                maximum?: number;
                optional?: boolean;
                missingValues?: string[];
                ignore?: boolean;
                affix?: string;
                format?: string;
                description?: string;
                unit?: string;
            }[];
            labelMeaning?: string;
            codeVersion?: string;
            commit?: string;
            /** @description The model it was compared with */
            champion?: string;
            /** @description evaluation.json of the run */
            evaluation?: {
                regression_metrics?: {
                    [key: string]: {
                        value: number;
                        standard_deviation?: number | "NaN";
                        lower?: number;
                        upper?: number;
                    };
                };
                binary_classification_metrics?: {
                    [key: string]: {
                        value: number;
                        standard_deviation?: number | "NaN";
                        lower?: number;
                        upper?: number;
                    };
                };
                multiclass_classification_metrics?: {
                    [key: string]: {
                        value: number;
                        standard_deviation?: number | "NaN";
                        lower?: number;
                        upper?: number;
                    };
                };
                version?: number;
                dataset?: {
                    item_count: number;
                };
                out_of_fold?: {
                    regression_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                    binary_classification_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                    multiclass_classification_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                };
                champion?: {
                    regression_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                    binary_classification_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                    multiclass_classification_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                };
                warnings?: string[];
            };
            lineage: components["schemas"]["Lineage"];
        };
        /** @description The gate's, with which end of the confidence interval it is compared: `value`, `lower` or `upper` */
        GateBound: {
            minimum?: number;
            maximum?: number;
            at: string;
        };
        Lineage: {
            dataset?: components["schemas"]["DatasetId"];
            /** @description The upload */
            uri?: string;
            versionId?: string;
            uploadedBytes?: number;
            rows?: number;
            /** @description Of the data */
            sha256?: string;
            trainingExecution?: string;
            trainingJob?: string;
            /** @description Everything that the run made */
            folder?: string;
            /** @description What the endpoint did with it */
            promotions: {
                execution: string;
                outcome: string;
                /**
                 * Format: date-time
                 * @example 2026-11-29T19:30:00.000Z
                 */
                at: string;
                reason?: string;
            }[];
            /** @description Where it answers, or has answered */
            answers: {
                endpoint: string;
                isLive: boolean;
                /** @description Where the requests are kept that the endpoint captures */
                captured?: string;
                capturePercent?: number;
            };
        };
        PredictionPairs: {
            one: components["schemas"]["VersionName"];
            other: components["schemas"]["VersionName"];
            /** @enum {string} */
            kind: "numbers" | "classes";
            /** @description In the order of `probabilities`; empty for numbers */
            classes: string[];
            /** @description Test rows in all */
            total: number;
            rows: {
                row: number;
                actual: number | string;
                one: number | string;
                other: number | string;
                oneProbabilities?: number[];
                otherProbabilities?: number[];
            }[];
        };
        Decision: {
            version: components["schemas"]["VersionName"];
            status: components["schemas"]["ApprovalStatus"];
            /** @description The status until then */
            before: components["schemas"]["ApprovalStatus"];
            /** @description What the registry now says */
            decision: string;
            auditId: string;
        };
        DecisionPlan: {
            version: components["schemas"]["VersionName"];
            status: components["schemas"]["ApprovalStatus"];
            /** @description Send it with the decision */
            revision: string;
            servedBy: components["schemas"]["ServingType"];
            approval: components["schemas"]["ApprovalPlan"];
            rejection: components["schemas"]["RejectionPlan"];
        };
        /**
         * @description Where models serve: `instances` and `serverless` are endpoints of SageMaker, `lambda` is a function, `container` a service of ECS
         * @enum {string}
         */
        ServingType: "instances" | "serverless" | "lambda" | "container";
        ApprovalPlan: {
            /**
             * @description `nothing`: it is approved already. `mark-only`: a newer version is approved, which stays live. Otherwise it is rolled out, tried beside the live version, or becomes the first model of the endpoint.
             * @enum {string}
             */
            does: "nothing" | "mark-only" | "rollout" | "trial" | "create-endpoint";
            /** @description The version that is live now */
            replaces: components["schemas"]["VersionName"] | null;
            /** @description How the requests move over */
            rollout?: {
                /** @enum {string} */
                type: "all-at-once" | "canary" | "linear" | "rolling" | "blue-green";
                size?: {
                    percent?: number;
                    instances?: number;
                };
                stepPercent?: number;
                batchPercent?: number;
                waitSeconds?: number;
                bakeSeconds?: number;
            };
            trial?: {
                /** @enum {string} */
                type: "ab" | "shadow";
                percent: number;
                timeLimitHours: number;
                /** @enum {string} */
                whenTimeIsUp: "promote" | "withdraw";
            };
            /** @description What takes it back while it bakes */
            alarms: string[];
            /** @description The version that serves if it fails; null where none does */
            comesBack: components["schemas"]["VersionName"] | null;
        };
        RejectionPlan: {
            /**
             * @description `nothing`: it is rejected already. `mark-only`: it does not serve. `roll-back`: it is live, and `comesBack` replaces it. `keep-serving`: it is live and no other version is approved. `end-trial`: it is on trial and is taken away.
             * @enum {string}
             */
            does: "nothing" | "mark-only" | "roll-back" | "keep-serving" | "end-trial";
            comesBack: components["schemas"]["VersionName"] | null;
            rollout?: {
                /** @enum {string} */
                type: "all-at-once" | "canary" | "linear" | "rolling" | "blue-green";
                size?: {
                    percent?: number;
                    instances?: number;
                };
                stepPercent?: number;
                batchPercent?: number;
                waitSeconds?: number;
                bakeSeconds?: number;
            };
        };
        TestPredictions: {
            version: components["schemas"]["VersionName"];
            /** @enum {string} */
            kind: "numbers" | "classes";
            /** @description In the order of `probabilities`; empty for numbers */
            classes: string[];
            /** @description Test rows in all */
            total: number;
            rows: {
                /** @description From 1 on, in the order of the test rows */
                row: number;
                actual: number | string;
                predicted: number | string;
                probabilities?: number[];
            }[];
        };
        ProjectOverview: {
            project: components["schemas"]["ProjectName"];
            description: string;
            /** @enum {string} */
            problem: "regression" | "binary" | "multiclass";
            live: components["schemas"]["VersionName"] | null;
            endpoint: {
                type: components["schemas"]["ServingType"];
                name: string;
                status: string;
            };
            /** @description Executions that run now, of the last ones */
            running: number;
            lastTraining: components["schemas"]["ExecutionSummary"] | null;
            lastPromotion: components["schemas"]["ExecutionSummary"] | null;
            /** @description Whether a model is on trial */
            trial: boolean;
            alarms: {
                name: string;
                state: string;
            }[];
            /** @description The last verdict of the monitoring; null where there is none */
            drift: {
                /** @enum {string} */
                verdict: "ok" | "drifted" | "not enough data" | "no traffic";
                report: string;
                /**
                 * Format: date-time
                 * @description The end of the window
                 * @example 2026-11-29T19:30:00.000Z
                 */
                at: string;
                drifted: string[];
            } | null;
            needs: components["schemas"]["Need"][];
        };
        ExecutionSummary: {
            project: components["schemas"]["ProjectName"];
            workflow: components["schemas"]["WorkflowName"];
            /** @description The name of the execution */
            execution: string;
            executionArn: string;
            status: components["schemas"]["ExecutionStatus"];
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            stoppedAt?: string;
            /** @description The version of the definition that it runs; missing where it was started without a version */
            workflowVersion?: number;
            /** @description How it ended: Registered, Below the gate, Live, Rolled back … */
            outcome?: string;
            /** @description Of a training that has succeeded */
            dataset?: components["schemas"]["DatasetId"];
            /** @description That the training made, or that the promotion was about */
            model?: components["schemas"]["VersionName"];
        };
        /** @enum {string} */
        ExecutionStatus: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "PENDING_REDRIVE";
        /** @description Something that waits for a person */
        Need: {
            /** @enum {string} */
            kind: "approval" | "refused-data" | "failed-run" | "alarm" | "drift";
            text: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            since?: string;
            model?: components["schemas"]["VersionName"];
            dataset?: components["schemas"]["DatasetId"];
            /** @description Of the execution */
            workflow?: components["schemas"]["WorkflowName"];
            execution?: string;
            alarm?: string;
            /** @description The report of the monitoring */
            report?: string;
        };
        DatasetSummary: {
            project: components["schemas"]["ProjectName"];
            dataset: components["schemas"]["DatasetId"];
            /** @description The key below the project's prefix */
            name: string;
            uri: string;
            versionId: string;
            sizeBytes: number;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            uploadedAt: string;
            state: components["schemas"]["DatasetState"];
            /** @description The training that took it */
            execution?: string;
            model?: components["schemas"]["VersionName"];
        };
        /**
         * @description `received`: No execution has taken it yet. `training`: An execution works on it. `registered`: It gave a model version. `below-gate`: Its model did not pass the gate. `refused`: Inspection refused it. `duplicate`: The same data was trained on before. `superseded`: A newer version of the object came before the training began. `failed`: The execution failed.
         * @enum {string}
         */
        DatasetState: "received" | "training" | "registered" | "below-gate" | "refused" | "duplicate" | "superseded" | "failed";
        Upload: {
            url: string;
            fields: {
                [key: string]: string;
            };
            /** @description Where the data will be */
            uri: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            expiresAt: string;
        };
        Dataset: {
            project: components["schemas"]["ProjectName"];
            dataset: components["schemas"]["DatasetId"];
            /** @description The key below the project's prefix */
            name: string;
            uri: string;
            versionId: string;
            sizeBytes: number;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            uploadedAt: string;
            state: components["schemas"]["DatasetState"];
            /** @description The training that took it */
            execution?: string;
            model?: components["schemas"]["VersionName"];
            refusal?: components["schemas"]["Refusal"];
            profile?: {
                rows: number;
                excludedRows?: number;
                sha256: string;
                columns: components["schemas"]["ColumnProfile"][];
            };
            /** @description Versions that were trained on it, with any settings; the newest first */
            models: components["schemas"]["VersionName"][];
        };
        Refusal: {
            reason: string;
            /** @description By rule: how often, and the first places with the values that stand there */
            problems: {
                rule: string;
                count: number;
                examples: string[];
            }[];
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            recordedAt: string;
        };
        ColumnProfile: {
            name: string;
            /** @enum {string} */
            type: "number" | "integer" | "category" | "date" | "text";
            values?: string[];
            minimum?: number;
            maximum?: number;
            optional?: boolean;
            missingValues?: string[];
            ignore?: boolean;
            affix?: string;
            format?: string;
            missing: number;
            observedMinimum?: number;
            observedMaximum?: number;
            distinctValues?: number;
            /** @description Of numbers */
            histogram?: {
                /** @description Where the first bin begins */
                from: number;
                /** @description Of each bin; 0 where all numbers are the same */
                width: number;
                /** @description How many numbers are in each bin */
                counts: number[];
            };
            /** @description Of categories: the most frequent first */
            frequentValues?: {
                value: string;
                count: number;
            }[];
            /** @description How many fields hold a value that is not among the frequent ones */
            otherValues?: number;
        };
        Preview: {
            columns: string[];
            /** @description The first rows, and after them the further rows with marks */
            rows: {
                line: number;
                fields: string[];
            }[];
            /** @description Whether the upload has more rows */
            isCutShort: boolean;
            /** @description Places that inspection refused: the first of each rule */
            marks: {
                line: number;
                column?: string;
                rule: string;
                /** @description What is wrong there, as inspection wrote it */
                text: string;
            }[];
        };
        Endpoint: {
            project: components["schemas"]["ProjectName"];
            name: string;
            place: components["schemas"]["ServingPlace"];
            /** @description In the words of SageMaker wherever it serves, such as `InService`, or `Updating` while requests move over; `None` while there is nothing */
            status: string;
            failureReason?: string;
            live: components["schemas"]["VersionName"] | null;
            fleets: components["schemas"]["Fleet"][];
            /** @description The wait in which an alarm still takes the new model back */
            bake: {
                /**
                 * Format: date-time
                 * @description Missing where ECS counts, which does not say it
                 * @example 2026-11-29T19:30:00.000Z
                 */
                since?: string;
                seconds?: number;
                /**
                 * Format: date-time
                 * @description The time by the clock that counts, which runs faster than yours in a local runtime
                 * @example 2026-11-29T19:30:00.000Z
                 */
                asOf: string;
            } | null;
            alarms: components["schemas"]["RollbackAlarm"][];
            capacity: {
                instanceType?: string;
                minimumInstances?: number;
                maximumInstances?: number;
                minimumTasks?: number;
                maximumTasks?: number;
                vcpu?: number;
                memoryMb?: number;
                provisionedConcurrency?: number;
                maximumConcurrency?: number;
                invocationsPerMinute: {
                    /**
                     * Format: date-time
                     * @example 2026-11-29T19:30:00.000Z
                     */
                    at: string;
                    invocations: number;
                }[];
            };
            /** @description The last promotions, the newest first */
            history: components["schemas"]["PastPromotion"][];
        };
        ServingPlace: {
            type: components["schemas"]["ServingType"];
            /** @description Of the endpoint, the function or the service */
            name: string;
            /** @description Of the function, which requests ask for */
            alias?: string;
            /** @description Of the service */
            cluster?: string;
        };
        Fleet: {
            /** @description What serves and never changes: an endpoint config, `<function>:<version>`, or `<family>:<revision>` of a task definition */
            endpointConfig: string;
            /** @description Of the endpoint; the alias; the service */
            variant: string;
            model?: components["schemas"]["VersionName"];
            /** @description Of the requests */
            percent: number;
            /** @description Or tasks of the service */
            instances?: number;
            wantedInstances?: number;
            phases: {
                status: string;
                /**
                 * Format: date-time
                 * @example 2026-11-29T19:30:00.000Z
                 */
                since?: string;
                message?: string;
            }[];
        };
        RollbackAlarm: {
            name: string;
            state: string;
            reason: string;
            /** @description What it watches, and what it does */
            description?: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            since?: string;
            metric?: string;
            comparison?: string;
            threshold?: number;
            treatMissingData?: string;
        };
        PastPromotion: {
            execution: string;
            status: string;
            outcome?: string;
            reason?: string;
            model?: components["schemas"]["VersionName"];
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            stoppedAt?: string;
        };
        LiveVersion: {
            version: number;
            /** @description Of the executions that start */
            percent: number;
        };
        Execution: {
            project: components["schemas"]["ProjectName"];
            workflow: components["schemas"]["WorkflowName"];
            /** @description The name of the execution */
            execution: string;
            executionArn: string;
            status: components["schemas"]["ExecutionStatus"];
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            stoppedAt?: string;
            /** @description The version of the definition that it runs; missing where it was started without a version */
            workflowVersion?: number;
            /** @description How it ended: Registered, Below the gate, Live, Rolled back … */
            outcome?: string;
            /** @description Of a training that has succeeded */
            dataset?: components["schemas"]["DatasetId"];
            /** @description That the training made, or that the promotion was about */
            model?: components["schemas"]["VersionName"];
            input: unknown;
            output: unknown;
            error?: string;
            cause?: string;
            redriveCount: number;
            isRedrivable: boolean;
            /** @description Why it cannot be redriven */
            redriveReason?: string;
            /** @description The Amazon States Language that this execution runs */
            definition: unknown;
        };
        /** @description Step Functions' own event, with its details */
        HistoryEvent: {
            id: number;
            previousEventId?: number;
            type: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            timestamp: string;
        } & {
            [key: string]: unknown;
        };
        Monitoring: {
            project: components["schemas"]["ProjectName"];
            /** @description Null of a project that is not monitored */
            settings: {
                schedule: string;
                windowHours: number;
                labelHours: number;
                drift: {
                    minimumRows: number;
                    minimumEffect: number;
                    significance: number;
                };
                alarm: {
                    drifted: number;
                    windows: number;
                };
            } | null;
            alarms: {
                name: string;
                state: string;
                reason: string;
                /**
                 * Format: date-time
                 * @example 2026-11-29T19:30:00.000Z
                 */
                since?: string;
            }[];
        };
        MonitoringReportSummary: {
            project: components["schemas"]["ProjectName"];
            /** @description The execution of the workflow `monitoring` */
            report: string;
            status: components["schemas"]["ExecutionStatus"];
            /** @description How it ended: No drift, Drifted, No traffic, No live model … */
            outcome?: string;
            /**
             * @description Of a window that was judged
             * @enum {string}
             */
            verdict?: "ok" | "drifted" | "not enough data" | "no traffic";
            /** @description The reason, where the window was not judged */
            reason?: string;
            window?: {
                /**
                 * Format: date-time
                 * @example 2026-11-29T19:30:00.000Z
                 */
                start: string;
                /**
                 * Format: date-time
                 * @example 2026-11-29T19:30:00.000Z
                 */
                end: string;
            };
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            startedAt: string;
            /** @description The version that answered the requests */
            model?: components["schemas"]["VersionName"];
            rows?: number;
            /** @description Columns of requests, and of answers */
            drifted: string[];
            /** @description The bounds of the gate that the measured quality does not meet */
            objections: string[];
            /** @description Population stability index of each column */
            effects?: {
                [key: string]: number;
            };
            /** @description The share of the rows whose labels have arrived; null in a window without rows */
            coverage?: number | null;
            /** @description Quality, from labels */
            measured?: {
                [key: string]: number;
            } | null;
            /** @description Quality, estimated from the model's own probabilities without labels */
            estimated?: {
                [key: string]: number;
            } | null;
        };
        MonitoringReport: {
            project: components["schemas"]["ProjectName"];
            /** @description The execution of the workflow `monitoring` */
            report: string;
            status: components["schemas"]["ExecutionStatus"];
            /** @description How it ended: No drift, Drifted, No traffic, No live model … */
            outcome?: string;
            /**
             * @description Of a window that was judged
             * @enum {string}
             */
            verdict?: "ok" | "drifted" | "not enough data" | "no traffic";
            /** @description The reason, where the window was not judged */
            reason?: string;
            window?: {
                /**
                 * Format: date-time
                 * @example 2026-11-29T19:30:00.000Z
                 */
                start: string;
                /**
                 * Format: date-time
                 * @example 2026-11-29T19:30:00.000Z
                 */
                end: string;
            };
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            startedAt: string;
            /** @description The version that answered the requests */
            model?: components["schemas"]["VersionName"];
            rows?: number;
            /** @description Columns of requests, and of answers */
            drifted: string[];
            /** @description The bounds of the gate that the measured quality does not meet */
            objections: string[];
            /** @description Population stability index of each column */
            effects?: {
                [key: string]: number;
            };
            /** @description The share of the rows whose labels have arrived; null in a window without rows */
            coverage?: number | null;
            /** @description Quality, from labels */
            measured?: {
                [key: string]: number;
            } | null;
            /** @description Quality, estimated from the model's own probabilities without labels */
            estimated?: {
                [key: string]: number;
            } | null;
            details?: components["schemas"]["DriftReport"];
            /** @description What it has written for people, by name; not what its jobs read and write */
            files: components["schemas"]["Download"][];
            /** @description Whether there are more files than the 500 that are listed */
            areFilesCutShort: boolean;
        };
        /** @description stepmill-drift.json: each column with its statistics, its thresholds, and both distributions */
        DriftReport: {
            /** @constant */
            version: 1;
            project: string | null;
            modelPackageArn: string | null;
            endpointName: string | null;
            /** @enum {string} */
            source: "captures" | "batch";
            window: {
                start: string | null;
                end: string | null;
            };
            /** @enum {string} */
            verdict: "ok" | "drifted" | "not enough data" | "no traffic";
            rows: number;
            baselineRows: number;
            samplingPercent: number;
            estimatedRows: number | null;
            drifted: string[];
            driftedPredictions: string[];
            thresholds: {
                minimumRows: number;
                minimumExpected: number;
                minimumEffect: number;
                confidence: number;
                significance: number;
                permutations: number;
                seed: number;
            };
            columns: {
                name: string;
                /** @enum {string} */
                type: "number" | "integer" | "category" | "date" | "text";
                /** @enum {string} */
                verdict: "ok" | "drifted" | "not enough data" | "no traffic" | "not compared";
                reason: string | null;
                rows: {
                    current: number;
                    baseline: number;
                    threshold: number;
                };
                expected: {
                    least: number | null;
                    threshold: number;
                };
                effect: {
                    psi: number | null;
                    threshold: number | null;
                    minimum: number;
                    chance: number | null;
                    bins: number;
                };
                significance: {
                    p: number | null;
                    q: number | null;
                    threshold: number;
                };
                distances: {
                    kolmogorovSmirnov: number | null;
                    wasserstein: number | null;
                    jensenShannon: number | null;
                };
                bins?: {
                    lower: number | null;
                    upper: number | null;
                    baseline: number;
                    current: number;
                }[];
                categories?: {
                    value: string;
                    baseline: number;
                    current: number;
                }[];
                others?: {
                    values: number;
                    baseline: number;
                    current: number;
                };
                checks: {
                    typed: {
                        share: number | null;
                        threshold: number;
                        violated: boolean;
                    };
                    missing: {
                        baseline: number | null;
                        current: number | null;
                        increase: number | null;
                        threshold: number;
                        p: number | null;
                        significance: number;
                        violated: boolean;
                    };
                    known: {
                        share: number | null;
                        threshold: number;
                        violated: boolean;
                        unseenRows: number;
                        unseenValues: number;
                        unseen: {
                            value: string;
                            rows: number;
                        }[];
                    } | null;
                    within: {
                        share: number | null;
                        threshold: number;
                        violated: boolean;
                    } | null;
                };
            }[];
            predictions: {
                name: string;
                /** @enum {string} */
                type: "number" | "integer" | "category" | "date" | "text";
                /** @enum {string} */
                verdict: "ok" | "drifted" | "not enough data" | "no traffic" | "not compared";
                reason: string | null;
                rows: {
                    current: number;
                    baseline: number;
                    threshold: number;
                };
                expected: {
                    least: number | null;
                    threshold: number;
                };
                effect: {
                    psi: number | null;
                    threshold: number | null;
                    minimum: number;
                    chance: number | null;
                    bins: number;
                };
                significance: {
                    p: number | null;
                    q: number | null;
                    threshold: number;
                };
                distances: {
                    kolmogorovSmirnov: number | null;
                    wasserstein: number | null;
                    jensenShannon: number | null;
                };
                bins?: {
                    lower: number | null;
                    upper: number | null;
                    baseline: number;
                    current: number;
                }[];
                categories?: {
                    value: string;
                    baseline: number;
                    current: number;
                }[];
                others?: {
                    values: number;
                    baseline: number;
                    current: number;
                };
            }[];
            violations: {
                feature_name: string;
                constraint_check_type: string;
                description: string;
            }[];
            quality: {
                labels: {
                    requests: number;
                    unknown: number;
                    repeated: number;
                    contradicting: number;
                    mismatched: number;
                    broken: {
                        count: number;
                        reasons: {
                            [key: string]: number;
                        };
                        places: {
                            file: string;
                            line: number;
                            reason: string;
                        }[];
                    };
                    rows: number;
                    labelled: number;
                    coverage: number | null;
                    unusable: number;
                    threshold: number;
                };
                measured: {
                    rows: number;
                    of: number;
                    method?: string;
                    reason?: string;
                    regression_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                    binary_classification_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                    multiclass_classification_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                } | null;
                estimated: {
                    rows: number;
                    of: number;
                    method?: string;
                    reason?: string;
                    regression_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                    binary_classification_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                    multiclass_classification_metrics?: {
                        [key: string]: {
                            value: number;
                            standard_deviation?: number | "NaN";
                            lower?: number;
                            upper?: number;
                        };
                    };
                } | null;
            } | null;
            read: {
                files: number;
                lines: number;
                requests: number;
                rows: number;
                outsideWindow: number;
                withoutAnswer: number;
                broken: {
                    count: number;
                    reasons: {
                        [key: string]: number;
                    };
                    places: {
                        file: string;
                        line: number;
                        reason: string;
                    }[];
                };
            };
            notes: string[];
        };
        Download: {
            name: string;
            uri: string;
            /** @description Downloads the file, without sign-in, until it expires */
            url: string;
            sizeBytes?: number;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            expiresAt: string;
        };
        StartedExecution: {
            project: components["schemas"]["ProjectName"];
            workflow: components["schemas"]["WorkflowName"];
            /** @description The name of the execution */
            execution: string;
            executionArn: string;
        };
        RetrainingDecision: {
            /** @description Its name, in keys of S3 and in the registry */
            decision: string;
            /** @description The execution of the workflow `retraining` */
            execution: string;
            /**
             * @description What was decided
             * @enum {string}
             */
            outcome: "Training started" | "Not enough new rows" | "Cooling down" | "Budget spent" | "Same drift as before" | "Verdict of another model" | "No live model";
            /**
             * @description What asked for it
             * @enum {string}
             */
            trigger: "drift" | "quality" | "labels" | "schedule" | "request";
            /** @description Why, or why not */
            reason: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            decidedAt: string;
            /** @description The version that was live */
            model?: components["schemas"]["VersionName"];
            /** @description Columns of requests and answers that had drifted in the last judged window */
            drifted: string[];
            /** @description Labelled rows that the live model has not seen; missing where they were not counted */
            newRows?: number;
            /** @description What was uploaded to be trained on */
            dataset?: components["schemas"]["DatasetId"];
            /** @description The execution of the training; missing until it has begun */
            training?: string;
        };
        Project: {
            project: components["schemas"]["ProjectName"];
            description: string;
            /** @enum {string} */
            problem: "regression" | "binary" | "multiclass";
            label: string;
            header: boolean;
            delimiter: string;
            /** @description The mark before the fraction of a number */
            decimal: string;
            thousands?: string;
            /** @enum {string} */
            encoding: "utf-8" | "utf-16" | "windows-1252";
            /** @enum {string} */
            lineEnds: "lf" | "any";
            /** @enum {string} */
            byteOrderMark: "refuse" | "accept";
            /** @enum {string} */
            missingLabel: "refuse" | "set-aside";
            /**
             * @description Where a file may have a derived label; missing where no file has it
             * @constant
             */
            labelColumn?: "last";
            /** @description Data with fewer rows is refused */
            minimumRows: number;
            /**
             * @description Whether a file or all files of a folder are one dataset
             * @enum {string}
             */
            layout: "file" | "folder";
            /** @description The file that closes a folder */
            marker?: string;
            /** @description All columns of the file, in its order */
            columns: components["schemas"]["Column"][];
            /** @description The columns of a prediction record, which lacks the label */
            recordColumns: string[];
            training: {
                algorithm?: string;
                hyperparameters: {
                    [key: string]: string | number | boolean;
                };
                /** @description What the algorithms of the kit take; empty with own scripts */
                algorithms: {
                    [key: string]: {
                        [key: string]: {
                            /** @enum {string} */
                            type: "integer" | "number" | "text";
                            minimum?: number;
                            maximum?: number;
                            values?: string[];
                            default?: number | string;
                        };
                    };
                };
                instanceType: string;
                instanceCount: number;
                timeoutSeconds: number;
            };
            gate: {
                bounds: {
                    metric: string;
                    minimum?: number;
                    maximum?: number;
                    over: string;
                    at: string;
                }[];
                champion?: {
                    metric: string;
                    /** @enum {string} */
                    better: "lower" | "higher";
                    tolerance: number;
                };
            };
            /** @enum {string} */
            approval: "manual" | "automatic";
            serving: {
                type: components["schemas"]["ServingType"];
                capacity: components["schemas"]["ServingCapacity"];
                /** @description How a new model takes over */
                rollout?: {
                    /** @enum {string} */
                    type: "all-at-once" | "canary" | "linear" | "rolling" | "blue-green";
                    size?: {
                        percent?: number;
                        instances?: number;
                    };
                    stepPercent?: number;
                    batchPercent?: number;
                    waitSeconds?: number;
                    bakeSeconds?: number;
                };
                /** @description How a new model is tried beside the live one first */
                trial?: {
                    /** @enum {string} */
                    type: "ab" | "shadow";
                    percent: number;
                    timeLimitHours: number;
                    /** @enum {string} */
                    whenTimeIsUp: "promote" | "withdraw";
                };
                capturePercent?: number;
            };
            publicPredict: boolean;
            /** @description How files are scored as a whole; missing where they are not */
            scoring?: {
                canExplain: boolean;
                explain: boolean;
                keepDays: number;
            };
        };
        Column: {
            name: string;
            /** @enum {string} */
            type: "number" | "integer" | "category" | "date" | "text";
            values?: string[];
            minimum?: number;
            maximum?: number;
            optional?: boolean;
            missingValues?: string[];
            ignore?: boolean;
            affix?: string;
            format?: string;
            description?: string;
            unit?: string;
        };
        /** @description How large what serves is; each place has its own words for it */
        ServingCapacity: {
            instanceType?: string;
            minimumInstances?: number;
            maximumInstances?: number;
            minimumTasks?: number;
            maximumTasks?: number;
            vcpu?: number;
            memoryMb?: number;
            provisionedConcurrency?: number;
            maximumConcurrency?: number;
        };
        ScoringSummary: {
            project: components["schemas"]["ProjectName"];
            /** @description Of the workflow `scoring` */
            execution: string;
            /** @description The key of the file, below the project's prefixes */
            name: string;
            uri: string;
            state: components["schemas"]["ScoringState"];
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            stoppedAt?: string;
            /** @description The version that scores, once it is known */
            model?: components["schemas"]["VersionName"];
            rows?: {
                scored: number;
                /** @description Set aside by inspection */
                rejected: number;
                /** @description Refused by the model, of those scored */
                refused?: number;
            };
            drift?: components["schemas"]["BatchDrift"];
        };
        /**
         * @description `running`: It is inspected, or its rows are scored. `scored`: There are predictions. `duplicate`: The same model has scored the same file before; the results are those of then. `refused`: No row of the file can be scored. `file-missing`: There is no such file. `no-live-model`: No model is live, and none was named. `failed`: The execution failed. `stopped`: A person has stopped it.
         * @enum {string}
         */
        ScoringState: "running" | "scored" | "duplicate" | "refused" | "file-missing" | "no-live-model" | "failed" | "stopped";
        BatchDrift: {
            /** @description ok, drifted, not enough data, not measured */
            verdict: string;
            /** @description The columns that have drifted */
            drifted: string[];
        };
        Scoring: {
            project: components["schemas"]["ProjectName"];
            /** @description Of the workflow `scoring` */
            execution: string;
            /** @description The key of the file, below the project's prefixes */
            name: string;
            uri: string;
            state: components["schemas"]["ScoringState"];
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            stoppedAt?: string;
            /** @description The version that scores, once it is known */
            model?: components["schemas"]["VersionName"];
            rows?: {
                scored: number;
                /** @description Set aside by inspection */
                rejected: number;
                /** @description Refused by the model, of those scored */
                refused?: number;
            };
            drift?: components["schemas"]["BatchDrift"];
            /** @description The state of the workflow that a running one has entered last */
            step?: string;
            /** @description Why there are no predictions, and what to do */
            reason?: string;
            /** @description What is wrong with rows that were set aside: by rule, how often, and where */
            problems: {
                rule: string;
                count: number;
                examples: string[];
            }[];
            /** @description Of a duplicate: the execution that has scored the file */
            scoredBy?: string;
            results?: {
                explained: boolean;
                /** @description How the predictions are distributed */
                answers: {
                    /** @constant */
                    kind: "number";
                    mean: number;
                    standardDeviation: number;
                    minimum: number;
                    maximum: number;
                    bins: {
                        lower: number;
                        upper: number;
                        count: number;
                    }[];
                } | {
                    /** @constant */
                    kind: "class";
                    classes: {
                        name: string;
                        count: number;
                    }[];
                    others: number;
                    probabilities: {
                        lower: number;
                        upper: number;
                        count: number;
                    }[];
                };
                /** @description The first rows with their predictions */
                preview: {
                    columns: string[];
                    /** @description How many of them, at the end, are the model's */
                    answerColumns: number;
                    rows: string[][];
                    /** @description Whether there are more rows */
                    isCutShort: boolean;
                };
            };
            /** @description How its rows differ from those that the model was trained on */
            report?: components["schemas"]["DriftReport"];
            /** @description What it has written for people, by name; not what its jobs read and write */
            files: components["schemas"]["Download"][];
            /** @description Whether there are more files than the 500 that are listed */
            areFilesCutShort: boolean;
        };
        Trial: {
            /** @enum {string} */
            type: "ab" | "shadow";
            endpointConfig: string;
            champion: {
                variant: string;
                model?: components["schemas"]["VersionName"];
                percent: number;
                invocations: number;
                clientErrors: number;
                serverErrors: number;
                p50Milliseconds?: number;
                p99Milliseconds?: number;
            };
            challenger: {
                variant: string;
                model?: components["schemas"]["VersionName"];
                percent: number;
                invocations: number;
                clientErrors: number;
                serverErrors: number;
                p50Milliseconds?: number;
                p99Milliseconds?: number;
            };
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @example 2026-11-29T19:30:00.000Z
             */
            endsAt?: string;
            leftMs?: number;
            /** @description What happens in the end */
            terms: string;
            /** @description Of a shadow: how its answers differ from those of the live model */
            comparison?: {
                requests: number;
                unpaired: number;
                answers: number;
                differentShare?: number;
                meanAbsoluteDifference?: number;
                largestDifference?: number;
            };
        };
        PredictionForm: {
            project: components["schemas"]["ProjectName"];
            description: string;
            /** @enum {string} */
            problem: "regression" | "binary" | "multiclass";
            /** @description What is predicted */
            label: string;
            delimiter: string;
            /** @description The mark before the fraction of a number */
            decimal: string;
            thousands?: string;
            /** @description Where the label stands in files, from 0 on; missing where it does not */
            labelPosition?: number;
            /** @description What a record holds, in the order of the file; without the label */
            columns: components["schemas"]["Column"][];
        };
        StateTest: {
            /** @enum {string} */
            status: "SUCCEEDED" | "FAILED" | "RETRIABLE" | "CAUGHT_ERROR";
            output?: unknown;
            error?: string;
            cause?: string;
            nextState?: string;
            /** @description Step Functions' `inspectionData`: values on their way, by name */
            inspection: {
                [key: string]: unknown;
            };
        };
        /** @description RFC 9457 */
        Problem: {
            /** @example urn:stepmill:problem:version-not-found */
            type: string;
            title: string;
            status: number;
            detail?: string;
            errors?: {
                /**
                 * @description Where in the body, as a JSON Pointer
                 * @example #/records/0/length
                 */
                pointer?: string;
                /**
                 * @description Which parameter
                 * @example pageToken
                 */
                parameter?: string;
                /** @description The rule, and what to change */
                detail: string;
            }[];
            /** @description Names the request in the logs */
            requestId?: string;
        };
    };
    responses: {
        /** @description `unauthenticated`: Missing or invalid token. */
        Failure401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description `wrong-scope`: Scope missing from the token. `wrong-group`: Group membership required. */
        Failure403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description `route-not-found`: Route not found. `project-not-found`: Project not found. `dataset-not-found`: Dataset not found. `execution-not-found`: Execution not found. `job-not-found`: Job not found. `version-not-found`: Model version not found. `state-not-found`: State not found in the definition. `no-delivery`: App without a pipeline. `predictions-not-found`: No stored predictions of test rows. */
        Failure404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description The request has more than 10 MB. */
        Failure413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description `too-many-requests`: Too many requests. */
        Failure429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description Request line and headers have more than 10,240 bytes. */
        Failure431: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description `internal-error`: Internal error. */
        Failure500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description `pipeline-unreachable`: Pipeline not reachable. `model-failed`: Model failed. */
        Failure502: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `service-busy`: AWS service throttled or unavailable. */
        Failure503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description `malformed-request`: Malformed request. */
        Failure400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `scores-no-files`: Project does not score files. `not-monitored`: Project is not monitored. `not-retrained`: Project is not retrained automatically. `no-live-model`: No live model. `already-decided`: Model version already has this status. `decided-by-another`: Another decision came first. `nothing-to-go-back-to`: No earlier model to go back to. `no-trial`: No model on trial. `trial-is-on`: Model on trial. `not-running`: Execution not running. `not-redrivable`: Execution not redrivable. `different-projects`: Model versions of different projects. `different-rows`: No common test rows. `no-approval`: No approval of this environment. `request-in-progress`: Same request still in progress. */
        Failure409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `key-reused`: Idempotency key used for another request. `test-refused`: Test refused by Step Functions. `rows-refused`: Records refused by the model. */
        Failure422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pipeline as of the last seconds */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "pipeline": "stepmill-delivery",
                     *       "environment": "prod",
                     *       "stages": [
                     *         {
                     *           "name": "Approve-prod",
                     *           "status": "InProgress",
                     *           "commit": {
                     *             "id": "4f2a9c1",
                     *             "message": "Train for longer"
                     *           },
                     *           "changedAt": "2026-11-29T19:30:00.000Z",
                     *           "waiting": 0,
                     *           "steps": [
                     *             {
                     *               "name": "Approve-prod",
                     *               "status": "PendingManualApproval",
                     *               "changedAt": "2026-11-29T19:30:00.000Z"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "approvals": [
                     *         {
                     *           "stage": "Approve-prod",
                     *           "since": "2026-11-29T19:30:00.000Z",
                     *           "commit": {
                     *             "id": "4f2a9c1",
                     *             "message": "Train for longer"
                     *           },
                     *           "revision": "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
                     *           "review": "prod gets commit 4f2a9c1. stepmill-prod-abalone: 0 new, 1 changed, 0 removed.",
                     *           "link": "https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/projects",
                     *           "isOwn": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            502: components["responses"]["Failure502"];
            503: components["responses"]["Failure503"];
        };
    };
    approveDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "revision": "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
                 *       "reason": "Fewer errors"
                 *     }
                 */
                "application/json": components["schemas"]["ApproveDeliveryRequest"];
            };
        };
        responses: {
            /** @description The decision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "stage": "Approve-prod",
                     *       "status": "Approved",
                     *       "decision": "ada: Fewer errors",
                     *       "auditId": "2026-11-29T19:35:00.000Z#5d1f3c0a"
                     *     }
                     */
                    "application/json": components["schemas"]["DeliveryDecision"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            502: components["responses"]["Failure502"];
            503: components["responses"]["Failure503"];
        };
    };
    listDeliveryAudit: {
        parameters: {
            query?: {
                /** @description Entries of a page */
                pageSize?: number;
                /** @description `nextPageToken` of the page before */
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entries": [
                     *         {
                     *           "auditId": "2026-11-29T19:35:00.000Z#5d1f3c0a",
                     *           "project": "#delivery",
                     *           "at": "2026-11-29T19:35:00.000Z",
                     *           "who": {
                     *             "sub": "74a8d4f8-3021-70b2-6e0a-c5b1a7d3c1c9",
                     *             "name": "ada",
                     *             "client": "4f2k9"
                     *           },
                     *           "action": "approveDelivery",
                     *           "subject": "Approve-prod of 4f2a9c1",
                     *           "before": "PendingManualApproval",
                     *           "after": "Approved",
                     *           "reason": "Fewer errors",
                     *           "requestId": "JKJaXmPLvHcESHA="
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        entries: components["schemas"]["AuditEntry"][];
                        /** @description Where the next page begins; missing on the last */
                        nextPageToken?: string;
                    };
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    rejectDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "revision": "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
                 *       "reason": "Not before the holidays"
                 *     }
                 */
                "application/json": components["schemas"]["RejectDeliveryRequest"];
            };
        };
        responses: {
            /** @description The decision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "stage": "Approve-prod",
                     *       "status": "Rejected",
                     *       "decision": "ada: Not before the holidays",
                     *       "auditId": "2026-11-29T19:35:00.000Z#5d1f3c0a"
                     *     }
                     */
                    "application/json": components["schemas"]["DeliveryDecision"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            502: components["responses"]["Failure502"];
            503: components["responses"]["Failure503"];
        };
    };
    predict: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "modelName": "abalone",
                 *       "records": [
                 *         {
                 *           "sex": "M",
                 *           "length": 0.455,
                 *           "diameter": 0.365,
                 *           "height": 0.095,
                 *           "whole_weight": 0.514,
                 *           "shucked_weight": 0.2245,
                 *           "viscera_weight": 0.101,
                 *           "shell_weight": 0.15
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PredictionRequest"];
            };
        };
        responses: {
            /** @description One answer a record, in their order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "modelName": "abalone",
                     *       "model": "abalone:3",
                     *       "variant": "AllTraffic",
                     *       "predictions": [
                     *         {
                     *           "prediction": 8.9,
                     *           "inferenceId": "5d1f3c0a-9f6e-4e53-9d4e-1c6f0b1f6a11.1",
                     *           "confidence": {
                     *             "level": "medium"
                     *           },
                     *           "riskFactors": [
                     *             {
                     *               "column": "shell_weight",
                     *               "contribution": -1.2,
                     *               "value": 0.15
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PredictionAnswer"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            502: components["responses"]["Failure502"];
            503: components["responses"]["Failure503"];
        };
    };
    listModels: {
        parameters: {
            query?: {
                /** @description Of all projects by default */
                project?: components["schemas"]["ProjectName"];
                status?: components["schemas"]["ApprovalStatus"];
                /** @description Entries of a page */
                pageSize?: number;
                /** @description `nextPageToken` of the page before */
                pageToken?: string;
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of versions */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "models": [
                     *         {
                     *           "version": "abalone:3",
                     *           "project": "abalone",
                     *           "number": 3,
                     *           "modelPackageArn": "arn:aws:sagemaker:us-east-1:123456789012:model-package/AbaloneModelPackageGroup/3",
                     *           "status": "PendingManualApproval",
                     *           "isLive": false,
                     *           "registeredAt": "2026-11-29T19:32:20.000Z",
                     *           "dataset": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                     *           "algorithm": "xgboost",
                     *           "metrics": {
                     *             "mse": 4.318
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        models: components["schemas"]["ModelVersionSummary"][];
                        /** @description Where the next page begins; missing on the last */
                        nextPageToken?: string;
                    };
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    compareModels: {
        parameters: {
            query: {
                /** @description A model version */
                one: components["schemas"]["VersionName"];
                /** @description A model version */
                other: components["schemas"]["VersionName"];
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The comparison */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "one": {
                     *         "version": "abalone:2",
                     *         "project": "abalone",
                     *         "number": 2,
                     *         "modelPackageArn": "arn:aws:sagemaker:us-east-1:123456789012:model-package/AbaloneModelPackageGroup/3",
                     *         "status": "PendingManualApproval",
                     *         "isLive": false,
                     *         "registeredAt": "2026-11-29T19:32:20.000Z",
                     *         "dataset": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                     *         "algorithm": "xgboost",
                     *         "metrics": {
                     *           "mse": 4.318
                     *         },
                     *         "revision": "9c1185a5c5e9fc54",
                     *         "bounds": {
                     *           "mse": {
                     *             "maximum": 6,
                     *             "at": "value"
                     *           }
                     *         },
                     *         "hyperparameters": {
                     *           "max_depth": "5",
                     *           "eta": "0.2"
                     *         },
                     *         "columns": [
                     *           {
                     *             "name": "length",
                     *             "type": "number",
                     *             "minimum": 0,
                     *             "maximum": 2
                     *           }
                     *         ],
                     *         "codeVersion": "a3f1c9",
                     *         "champion": "none",
                     *         "evaluation": {
                     *           "regression_metrics": {
                     *             "mse": {
                     *               "value": 4.318,
                     *               "standard_deviation": 0.21
                     *             }
                     *           }
                     *         },
                     *         "lineage": {
                     *           "dataset": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                     *           "uri": "s3://stepmill-dev-abalone-storagebucket/incoming/abalone/abalone.csv",
                     *           "rows": 4177,
                     *           "trainingExecution": "5d1f3c0a-upload",
                     *           "trainingJob": "abalone-train-5d1f3c0a",
                     *           "folder": "runs/abalone/0f1e2d3c4b5a69788796a5b4c3d2e1f0/",
                     *           "promotions": [],
                     *           "answers": {
                     *             "endpoint": "abalone",
                     *             "isLive": false
                     *           }
                     *         }
                     *       },
                     *       "other": {
                     *         "version": "abalone:3",
                     *         "project": "abalone",
                     *         "number": 3,
                     *         "modelPackageArn": "arn:aws:sagemaker:us-east-1:123456789012:model-package/AbaloneModelPackageGroup/3",
                     *         "status": "PendingManualApproval",
                     *         "isLive": false,
                     *         "registeredAt": "2026-11-29T19:32:20.000Z",
                     *         "dataset": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                     *         "algorithm": "xgboost",
                     *         "metrics": {
                     *           "mse": 4.318
                     *         },
                     *         "revision": "9c1185a5c5e9fc54",
                     *         "bounds": {
                     *           "mse": {
                     *             "maximum": 6,
                     *             "at": "value"
                     *           }
                     *         },
                     *         "hyperparameters": {
                     *           "max_depth": "5",
                     *           "eta": "0.2"
                     *         },
                     *         "columns": [
                     *           {
                     *             "name": "length",
                     *             "type": "number",
                     *             "minimum": 0,
                     *             "maximum": 2
                     *           }
                     *         ],
                     *         "codeVersion": "a3f1c9",
                     *         "champion": "none",
                     *         "evaluation": {
                     *           "regression_metrics": {
                     *             "mse": {
                     *               "value": 4.318,
                     *               "standard_deviation": 0.21
                     *             }
                     *           }
                     *         },
                     *         "lineage": {
                     *           "dataset": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                     *           "uri": "s3://stepmill-dev-abalone-storagebucket/incoming/abalone/abalone.csv",
                     *           "rows": 4177,
                     *           "trainingExecution": "5d1f3c0a-upload",
                     *           "trainingJob": "abalone-train-5d1f3c0a",
                     *           "folder": "runs/abalone/0f1e2d3c4b5a69788796a5b4c3d2e1f0/",
                     *           "promotions": [],
                     *           "answers": {
                     *             "endpoint": "abalone",
                     *             "isLive": false
                     *           }
                     *         }
                     *       },
                     *       "metrics": [
                     *         {
                     *           "metric": "mse",
                     *           "over": "test",
                     *           "one": 4.4,
                     *           "other": 4.318,
                     *           "difference": -0.082,
                     *           "bound": {
                     *             "maximum": 6,
                     *             "at": "value"
                     *           }
                     *         }
                     *       ],
                     *       "settings": [
                     *         {
                     *           "name": "max_depth",
                     *           "one": "4",
                     *           "other": "5"
                     *         }
                     *       ],
                     *       "columns": [],
                     *       "isSameData": true,
                     *       "isSameRows": true
                     *     }
                     */
                    "application/json": components["schemas"]["ModelComparison"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    comparePredictions: {
        parameters: {
            query: {
                /** @description A model version */
                one: components["schemas"]["VersionName"];
                /** @description A model version */
                other: components["schemas"]["VersionName"];
                /** @description Rows at most; of more rows every n-th is given */
                rows?: number;
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Test rows with both predictions */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "one": "abalone:2",
                     *       "other": "abalone:3",
                     *       "kind": "numbers",
                     *       "classes": [],
                     *       "total": 626,
                     *       "rows": [
                     *         {
                     *           "row": 1,
                     *           "actual": 9,
                     *           "one": 9.9,
                     *           "other": 9.3
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PredictionPairs"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A model version */
                version: components["schemas"]["VersionName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "abalone:3",
                     *       "project": "abalone",
                     *       "number": 3,
                     *       "modelPackageArn": "arn:aws:sagemaker:us-east-1:123456789012:model-package/AbaloneModelPackageGroup/3",
                     *       "status": "PendingManualApproval",
                     *       "isLive": false,
                     *       "registeredAt": "2026-11-29T19:32:20.000Z",
                     *       "dataset": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                     *       "algorithm": "xgboost",
                     *       "metrics": {
                     *         "mse": 4.318
                     *       },
                     *       "revision": "9c1185a5c5e9fc54",
                     *       "bounds": {
                     *         "mse": {
                     *           "maximum": 6,
                     *           "at": "value"
                     *         }
                     *       },
                     *       "hyperparameters": {
                     *         "max_depth": "5",
                     *         "eta": "0.2"
                     *       },
                     *       "columns": [
                     *         {
                     *           "name": "length",
                     *           "type": "number",
                     *           "minimum": 0,
                     *           "maximum": 2
                     *         }
                     *       ],
                     *       "codeVersion": "a3f1c9",
                     *       "champion": "none",
                     *       "evaluation": {
                     *         "regression_metrics": {
                     *           "mse": {
                     *             "value": 4.318,
                     *             "standard_deviation": 0.21
                     *           }
                     *         }
                     *       },
                     *       "lineage": {
                     *         "dataset": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                     *         "uri": "s3://stepmill-dev-abalone-storagebucket/incoming/abalone/abalone.csv",
                     *         "rows": 4177,
                     *         "trainingExecution": "5d1f3c0a-upload",
                     *         "trainingJob": "abalone-train-5d1f3c0a",
                     *         "folder": "runs/abalone/0f1e2d3c4b5a69788796a5b4c3d2e1f0/",
                     *         "promotions": [],
                     *         "answers": {
                     *           "endpoint": "abalone",
                     *           "isLive": false
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ModelVersion"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    approveModel: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A model version */
                version: components["schemas"]["VersionName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Better on every class",
                 *       "revision": "9c1185a5c5e9fc54"
                 *     }
                 */
                "application/json": components["schemas"]["ApprovalRequest"];
            };
        };
        responses: {
            /** @description The decision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "abalone:3",
                     *       "status": "Approved",
                     *       "before": "PendingManualApproval",
                     *       "decision": "ada: Better on every class",
                     *       "auditId": "2026-11-29T19:35:00.000Z#5d1f3c0a"
                     *     }
                     */
                    "application/json": components["schemas"]["Decision"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    planDecision: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A model version */
                version: components["schemas"]["VersionName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What would happen */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "abalone:3",
                     *       "status": "PendingManualApproval",
                     *       "revision": "9c1185a5c5e9fc54",
                     *       "servedBy": "instances",
                     *       "approval": {
                     *         "does": "rollout",
                     *         "replaces": "abalone:2",
                     *         "rollout": {
                     *           "type": "canary",
                     *           "size": {
                     *             "percent": 10
                     *           },
                     *           "waitSeconds": 300,
                     *           "bakeSeconds": 300
                     *         },
                     *         "alarms": [
                     *           "abalone-rollback-errors"
                     *         ],
                     *         "comesBack": "abalone:2"
                     *       },
                     *       "rejection": {
                     *         "does": "mark-only",
                     *         "comesBack": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DecisionPlan"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    listPredictions: {
        parameters: {
            query?: {
                /** @description Rows at most; of more rows every n-th is given */
                rows?: number;
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A model version */
                version: components["schemas"]["VersionName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Test rows with their predictions */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "abalone:3",
                     *       "kind": "numbers",
                     *       "classes": [],
                     *       "total": 626,
                     *       "rows": [
                     *         {
                     *           "row": 1,
                     *           "actual": 9,
                     *           "predicted": 9.3
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TestPredictions"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    rejectModel: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A model version */
                version: components["schemas"]["VersionName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Worse on large animals"
                 *     }
                 */
                "application/json": components["schemas"]["RejectionRequest"];
            };
        };
        responses: {
            /** @description The decision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "abalone:3",
                     *       "status": "Rejected",
                     *       "before": "Approved",
                     *       "decision": "ada: Worse on large animals",
                     *       "auditId": "2026-11-29T19:35:00.000Z#5d1f3c0a"
                     *     }
                     */
                    "application/json": components["schemas"]["Decision"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    getOverview: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All projects at one moment */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "environment": "dev",
                     *       "delivery": false,
                     *       "projects": [
                     *         {
                     *           "project": "abalone",
                     *           "description": "Predicts the number of rings of an abalone from its size and weight",
                     *           "problem": "regression",
                     *           "live": "abalone:2",
                     *           "endpoint": {
                     *             "type": "instances",
                     *             "name": "abalone",
                     *             "status": "InService"
                     *           },
                     *           "running": 0,
                     *           "lastTraining": {
                     *             "project": "abalone",
                     *             "workflow": "training",
                     *             "execution": "5d1f3c0a-upload",
                     *             "executionArn": "arn:aws:states:us-east-1:123456789012:execution:abalone-training:5d1f3c0a-upload",
                     *             "status": "SUCCEEDED",
                     *             "startedAt": "2026-11-29T19:30:00.000Z",
                     *             "stoppedAt": "2026-11-29T19:32:27.000Z",
                     *             "workflowVersion": 3,
                     *             "outcome": "Registered"
                     *           },
                     *           "lastPromotion": null,
                     *           "trial": false,
                     *           "alarms": [
                     *             {
                     *               "name": "abalone-rollback-errors",
                     *               "state": "OK"
                     *             }
                     *           ],
                     *           "drift": {
                     *             "verdict": "ok",
                     *             "report": "3f0c9a52-monitoring",
                     *             "at": "2026-11-29T00:00:00.000Z",
                     *             "drifted": []
                     *           },
                     *           "needs": [
                     *             {
                     *               "kind": "approval",
                     *               "text": "abalone:3 waits for approval",
                     *               "model": "abalone:3"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        environment: string;
                        /** @description Whether the app has a pipeline */
                        delivery: boolean;
                        projects: components["schemas"]["ProjectOverview"][];
                    };
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    listProjects: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All projects of the environment */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "environment": "dev",
                     *       "projects": [
                     *         {
                     *           "project": "abalone",
                     *           "description": "Predicts the number of rings of an abalone from its size and weight",
                     *           "problem": "regression",
                     *           "publicPredict": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        environment: string;
                        projects: {
                            project: components["schemas"]["ProjectName"];
                            description: string;
                            /** @enum {string} */
                            problem: "regression" | "binary" | "multiclass";
                            publicPredict: boolean;
                        }[];
                    };
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Only what is about this, such as abalone:3 */
                subject?: string;
                /** @description Entries of a page */
                pageSize?: number;
                /** @description `nextPageToken` of the page before */
                pageToken?: string;
            };
            header?: never;
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entries": [
                     *         {
                     *           "auditId": "2026-11-29T19:35:00.000Z#5d1f3c0a",
                     *           "project": "abalone",
                     *           "at": "2026-11-29T19:35:00.000Z",
                     *           "who": {
                     *             "sub": "74a8d4f8-3021-70b2-6e0a-c5b1a7d3c1c9",
                     *             "name": "ada",
                     *             "client": "4f2k9"
                     *           },
                     *           "action": "approveModel",
                     *           "subject": "abalone:3",
                     *           "before": "PendingManualApproval",
                     *           "after": "Approved",
                     *           "reason": "Better on every class",
                     *           "requestId": "JKJaXmPLvHcESHA="
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        entries: components["schemas"]["AuditEntry"][];
                        /** @description Where the next page begins; missing on the last */
                        nextPageToken?: string;
                    };
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    listDatasets: {
        parameters: {
            query?: {
                /** @description Only names that begin so */
                name?: string;
                /** @description Entries of a page */
                pageSize?: number;
                /** @description `nextPageToken` of the page before */
                pageToken?: string;
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of uploads */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "datasets": [
                     *         {
                     *           "project": "abalone",
                     *           "dataset": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                     *           "name": "abalone.csv",
                     *           "uri": "s3://stepmill-dev-abalone-storagebucket/incoming/abalone/abalone.csv",
                     *           "versionId": "3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
                     *           "sizeBytes": 191873,
                     *           "uploadedAt": "2026-11-29T19:30:00.000Z",
                     *           "state": "registered",
                     *           "execution": "5d1f3c0a-upload",
                     *           "model": "abalone:3"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        datasets: components["schemas"]["DatasetSummary"][];
                        /** @description Where the next page begins; missing on the last */
                        nextPageToken?: string;
                    };
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    createUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "fileName": "abalone.csv",
                 *       "sizeBytes": 191873
                 *     }
                 */
                "application/json": components["schemas"]["UploadRequest"];
            };
        };
        responses: {
            /** @description The form */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "https://stepmill-dev-abalone-storagebucket.s3.us-east-1.amazonaws.com/",
                     *       "fields": {
                     *         "key": "incoming/abalone/abalone.csv",
                     *         "Content-Type": "text/csv",
                     *         "Policy": "…"
                     *       },
                     *       "uri": "s3://stepmill-dev-abalone-storagebucket/incoming/abalone/abalone.csv",
                     *       "expiresAt": "2026-11-29T19:45:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Upload"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    getDataset: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
                /** @description One uploaded version of one object */
                dataset: components["schemas"]["DatasetId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "dataset": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                     *       "name": "abalone.csv",
                     *       "uri": "s3://stepmill-dev-abalone-storagebucket/incoming/abalone/abalone.csv",
                     *       "versionId": "3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
                     *       "sizeBytes": 191873,
                     *       "uploadedAt": "2026-11-29T19:30:00.000Z",
                     *       "state": "registered",
                     *       "execution": "5d1f3c0a-upload",
                     *       "model": "abalone:3",
                     *       "profile": {
                     *         "rows": 4177,
                     *         "sha256": "de37cdcdcaaa50c309d514f248f7c2302a5f1f88c168905eba23fe2fbc78449f",
                     *         "columns": [
                     *           {
                     *             "name": "sex",
                     *             "type": "category",
                     *             "missing": 0,
                     *             "distinctValues": 3,
                     *             "frequentValues": [
                     *               {
                     *                 "value": "M",
                     *                 "count": 1528
                     *               },
                     *               {
                     *                 "value": "I",
                     *                 "count": 1342
                     *               },
                     *               {
                     *                 "value": "F",
                     *                 "count": 1307
                     *               }
                     *             ],
                     *             "otherValues": 0
                     *           }
                     *         ]
                     *       },
                     *       "models": [
                     *         "abalone:3"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    previewDataset: {
        parameters: {
            query?: {
                rows?: number;
            };
            header?: never;
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
                /** @description One uploaded version of one object */
                dataset: components["schemas"]["DatasetId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The first rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "columns": [
                     *         "sex",
                     *         "length"
                     *       ],
                     *       "rows": [
                     *         {
                     *           "line": 1,
                     *           "fields": [
                     *             "M",
                     *             "x"
                     *           ]
                     *         }
                     *       ],
                     *       "isCutShort": true,
                     *       "marks": [
                     *         {
                     *           "line": 1,
                     *           "column": "length",
                     *           "rule": "number",
                     *           "text": "line 1, column length: \"x\" is not a number"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Preview"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    getEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "name": "abalone",
                     *       "place": {
                     *         "type": "instances",
                     *         "name": "abalone"
                     *       },
                     *       "status": "InService",
                     *       "live": "abalone:3",
                     *       "fleets": [
                     *         {
                     *           "endpointConfig": "abalone-v3-1f6a11",
                     *           "variant": "AllTraffic",
                     *           "model": "abalone:3",
                     *           "percent": 100,
                     *           "instances": 1,
                     *           "wantedInstances": 1,
                     *           "phases": []
                     *         }
                     *       ],
                     *       "bake": null,
                     *       "alarms": [
                     *         {
                     *           "name": "abalone-rollback-errors",
                     *           "state": "OK",
                     *           "reason": "Threshold Crossed: no datapoints were received",
                     *           "metric": "Invocation5XXErrors",
                     *           "comparison": "GreaterThanThreshold",
                     *           "threshold": 1,
                     *           "treatMissingData": "notBreaching"
                     *         }
                     *       ],
                     *       "capacity": {
                     *         "instanceType": "ml.m5.large",
                     *         "minimumInstances": 1,
                     *         "maximumInstances": 1,
                     *         "invocationsPerMinute": [
                     *           {
                     *             "at": "2026-11-29T19:40:00.000Z",
                     *             "invocations": 12
                     *           }
                     *         ]
                     *       },
                     *       "history": []
                     *     }
                     */
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    rollBack: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Complaints about large animals"
                 *     }
                 */
                "application/json": components["schemas"]["RollbackRequest"];
            };
        };
        responses: {
            /** @description The decision on the live version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "abalone:3",
                     *       "status": "Rejected",
                     *       "before": "Approved",
                     *       "decision": "ada: Complaints about large animals",
                     *       "auditId": "2026-11-29T19:35:00.000Z#5d1f3c0a"
                     *     }
                     */
                    "application/json": components["schemas"]["Decision"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    listExecutions: {
        parameters: {
            query?: {
                workflow?: components["schemas"]["WorkflowName"];
                status?: components["schemas"]["ListedExecutionStatus"];
                /** @description Entries of a page */
                pageSize?: number;
                /** @description `nextPageToken` of the page before */
                pageToken?: string;
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of executions */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "executions": [
                     *         {
                     *           "project": "abalone",
                     *           "workflow": "training",
                     *           "execution": "5d1f3c0a-upload",
                     *           "executionArn": "arn:aws:states:us-east-1:123456789012:execution:abalone-training:5d1f3c0a-upload",
                     *           "status": "SUCCEEDED",
                     *           "startedAt": "2026-11-29T19:30:00.000Z",
                     *           "stoppedAt": "2026-11-29T19:32:27.000Z",
                     *           "workflowVersion": 3,
                     *           "outcome": "Registered"
                     *         }
                     *       ],
                     *       "liveVersions": [
                     *         {
                     *           "version": 3,
                     *           "percent": 100
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        executions: components["schemas"]["ExecutionSummary"][];
                        /** @description On which versions of the workflow executions start: two while a deployment shifts, none where it has no versions */
                        liveVersions: components["schemas"]["LiveVersion"][];
                        /** @description Where the next page begins; missing on the last */
                        nextPageToken?: string;
                    };
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    getExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
                /** @description A state machine of the project */
                workflow: components["schemas"]["WorkflowName"];
                /** @description An execution */
                execution: components["schemas"]["ExecutionName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The execution */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "workflow": "training",
                     *       "execution": "5d1f3c0a-upload",
                     *       "executionArn": "arn:aws:states:us-east-1:123456789012:execution:abalone-training:5d1f3c0a-upload",
                     *       "status": "SUCCEEDED",
                     *       "startedAt": "2026-11-29T19:30:00.000Z",
                     *       "stoppedAt": "2026-11-29T19:32:27.000Z",
                     *       "workflowVersion": 3,
                     *       "outcome": "Registered",
                     *       "input": {
                     *         "bucket": "stepmill-dev-abalone-storagebucket"
                     *       },
                     *       "output": {
                     *         "outcome": "Registered"
                     *       },
                     *       "redriveCount": 0,
                     *       "isRedrivable": false,
                     *       "redriveReason": "Execution is SUCCEEDED and cannot be redriven",
                     *       "definition": {
                     *         "StartAt": "Identify dataset",
                     *         "States": {}
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                after?: number;
                pageSize?: number;
                /** @description `nextPageToken` of the page before */
                pageToken?: string;
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
                /** @description A state machine of the project */
                workflow: components["schemas"]["WorkflowName"];
                /** @description An execution */
                execution: components["schemas"]["ExecutionName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events by their ids */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "RUNNING",
                     *       "events": [
                     *         {
                     *           "id": 2,
                     *           "previousEventId": 0,
                     *           "type": "PassStateEntered",
                     *           "timestamp": "2026-11-29T19:30:00.000Z",
                     *           "stateEnteredEventDetails": {
                     *             "name": "Identify dataset",
                     *             "input": "{}"
                     *           }
                     *         }
                     *       ],
                     *       "isCutShort": false
                     *     }
                     */
                    "application/json": {
                        status: components["schemas"]["ExecutionStatus"];
                        events: components["schemas"]["HistoryEvent"][];
                        isCutShort: boolean;
                        /** @description Where the next page begins; missing on the last */
                        nextPageToken?: string;
                    };
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    redriveExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
                /** @description A state machine of the project */
                workflow: components["schemas"]["WorkflowName"];
                /** @description An execution */
                execution: components["schemas"]["ExecutionName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["RedriveRequest"];
            };
        };
        responses: {
            /** @description It runs again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "RUNNING",
                     *       "redrivenAt": "2026-11-29T19:40:00.000Z"
                     *     }
                     */
                    "application/json": {
                        status: components["schemas"]["ExecutionStatus"];
                        /**
                         * Format: date-time
                         * @example 2026-11-29T19:30:00.000Z
                         */
                        redrivenAt: string;
                    };
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    stopExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
                /** @description A state machine of the project */
                workflow: components["schemas"]["WorkflowName"];
                /** @description An execution */
                execution: components["schemas"]["ExecutionName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Wrong file"
                 *     }
                 */
                "application/json": components["schemas"]["StopRequest"];
            };
        };
        responses: {
            /** @description It is stopped */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ABORTED",
                     *       "stoppedAt": "2026-11-29T19:31:00.000Z"
                     *     }
                     */
                    "application/json": {
                        status: components["schemas"]["ExecutionStatus"];
                        /**
                         * Format: date-time
                         * @example 2026-11-29T19:30:00.000Z
                         */
                        stoppedAt: string;
                    };
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    listJobLogs: {
        parameters: {
            query?: {
                pageSize?: number;
                /** @description `nextPageToken` of the page before */
                pageToken?: string;
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
                /** @description A SageMaker job */
                job: components["schemas"]["JobName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lines in their order; none while the job has written none */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "lines": [
                     *         {
                     *           "at": "2026-11-29T19:31:00.000Z",
                     *           "text": "[49] validation-rmse:2.05"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        lines: {
                            /**
                             * Format: date-time
                             * @example 2026-11-29T19:30:00.000Z
                             */
                            at: string;
                            text: string;
                        }[];
                        /** @description Where the next page begins; missing on the last */
                        nextPageToken?: string;
                    };
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    getMonitoring: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings of the project */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "settings": {
                     *         "schedule": "rate(1 day)",
                     *         "windowHours": 24,
                     *         "labelHours": 168,
                     *         "drift": {
                     *           "minimumRows": 200,
                     *           "minimumEffect": 0.1,
                     *           "significance": 0.05
                     *         },
                     *         "alarm": {
                     *           "drifted": 2,
                     *           "windows": 3
                     *         }
                     *       },
                     *       "alarms": [
                     *         {
                     *           "name": "abalone-drift",
                     *           "state": "OK",
                     *           "reason": "Threshold Crossed: 1 datapoint [0.0] was not greater than the threshold (1.0)."
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Monitoring"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    listReports: {
        parameters: {
            query?: {
                /** @description Entries of a page */
                pageSize?: number;
                /** @description `nextPageToken` of the page before */
                pageToken?: string;
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of reports; none of a project that is not monitored */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "reports": [
                     *         {
                     *           "project": "abalone",
                     *           "report": "3f0c9a52-monitoring",
                     *           "status": "SUCCEEDED",
                     *           "outcome": "Drifted",
                     *           "verdict": "drifted",
                     *           "window": {
                     *             "start": "2026-11-29T00:00:00.000Z",
                     *             "end": "2026-11-30T00:00:00.000Z"
                     *           },
                     *           "startedAt": "2026-11-30T00:00:02.000Z",
                     *           "model": "abalone:3",
                     *           "rows": 4120,
                     *           "drifted": [
                     *             "length"
                     *           ],
                     *           "objections": [],
                     *           "effects": {
                     *             "length": 0.31,
                     *             "sex": 0.01
                     *           },
                     *           "coverage": 0.37,
                     *           "measured": {
                     *             "mse": 4.4
                     *           },
                     *           "estimated": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        reports: components["schemas"]["MonitoringReportSummary"][];
                        /** @description Where the next page begins; missing on the last */
                        nextPageToken?: string;
                    };
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    getReport: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
                /** @description An execution */
                report: components["schemas"]["ExecutionName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "report": "3f0c9a52-monitoring",
                     *       "status": "SUCCEEDED",
                     *       "outcome": "Drifted",
                     *       "verdict": "drifted",
                     *       "window": {
                     *         "start": "2026-11-29T00:00:00.000Z",
                     *         "end": "2026-11-30T00:00:00.000Z"
                     *       },
                     *       "startedAt": "2026-11-30T00:00:02.000Z",
                     *       "model": "abalone:3",
                     *       "rows": 4120,
                     *       "drifted": [
                     *         "length"
                     *       ],
                     *       "objections": [],
                     *       "effects": {
                     *         "length": 0.31,
                     *         "sex": 0.01
                     *       },
                     *       "coverage": 0.37,
                     *       "measured": {
                     *         "mse": 4.4
                     *       },
                     *       "estimated": null,
                     *       "details": {
                     *         "version": 1,
                     *         "project": "abalone",
                     *         "modelPackageArn": "arn:aws:sagemaker:us-east-1:123456789012:model-package/AbaloneModelPackageGroup/3",
                     *         "endpointName": "abalone",
                     *         "source": "captures",
                     *         "window": {
                     *           "start": "2026-11-29T00:00:00Z",
                     *           "end": "2026-11-30T00:00:00Z"
                     *         },
                     *         "verdict": "drifted",
                     *         "rows": 4120,
                     *         "baselineRows": 2923,
                     *         "samplingPercent": 100,
                     *         "estimatedRows": 4120,
                     *         "drifted": [
                     *           "length"
                     *         ],
                     *         "driftedPredictions": [],
                     *         "thresholds": {
                     *           "minimumRows": 200,
                     *           "minimumExpected": 5,
                     *           "minimumEffect": 0.1,
                     *           "confidence": 0.99,
                     *           "significance": 0.05,
                     *           "permutations": 999,
                     *           "seed": 20261130
                     *         },
                     *         "columns": [
                     *           {
                     *             "name": "length",
                     *             "type": "number",
                     *             "verdict": "drifted",
                     *             "reason": null,
                     *             "rows": {
                     *               "current": 4120,
                     *               "baseline": 2923,
                     *               "threshold": 200
                     *             },
                     *             "expected": {
                     *               "least": 400,
                     *               "threshold": 5
                     *             },
                     *             "effect": {
                     *               "psi": 0.31,
                     *               "threshold": 0.1,
                     *               "minimum": 0.1,
                     *               "chance": 0.01,
                     *               "bins": 2
                     *             },
                     *             "significance": {
                     *               "p": 0.001,
                     *               "q": 0.008,
                     *               "threshold": 0.05
                     *             },
                     *             "distances": {
                     *               "kolmogorovSmirnov": 0.27,
                     *               "wasserstein": 0.6,
                     *               "jensenShannon": 0.19
                     *             },
                     *             "bins": [
                     *               {
                     *                 "lower": null,
                     *                 "upper": 0.5,
                     *                 "baseline": 1460,
                     *                 "current": 900
                     *               },
                     *               {
                     *                 "lower": 0.5,
                     *                 "upper": null,
                     *                 "baseline": 1463,
                     *                 "current": 3220
                     *               }
                     *             ],
                     *             "checks": {
                     *               "typed": {
                     *                 "share": 1,
                     *                 "threshold": 1,
                     *                 "violated": false
                     *               },
                     *               "missing": {
                     *                 "baseline": 0,
                     *                 "current": 0,
                     *                 "increase": 0,
                     *                 "threshold": 0.05,
                     *                 "p": 1,
                     *                 "significance": 0.01,
                     *                 "violated": false
                     *               },
                     *               "known": null,
                     *               "within": {
                     *                 "share": 1,
                     *                 "threshold": 1,
                     *                 "violated": false
                     *               }
                     *             }
                     *           }
                     *         ],
                     *         "predictions": [],
                     *         "violations": [],
                     *         "quality": null,
                     *         "read": {
                     *           "files": 24,
                     *           "lines": 4120,
                     *           "requests": 4120,
                     *           "rows": 4120,
                     *           "outsideWindow": 0,
                     *           "withoutAnswer": 0,
                     *           "broken": {
                     *             "count": 0,
                     *             "reasons": {},
                     *             "places": []
                     *           }
                     *         },
                     *         "notes": []
                     *       },
                     *       "files": [
                     *         {
                     *           "name": "stepmill-drift.json",
                     *           "uri": "s3://stepmill-dev-abalone-storagebucket/scored/abalone/0f1e2d3c4b5a69788796a5b4c3d2e1f0/predictions.csv",
                     *           "url": "https://stepmill-dev-abalone-storagebucket.s3.us-east-1.amazonaws.com/scored/abalone/…?X-Amz-Signature=…",
                     *           "sizeBytes": 210433,
                     *           "expiresAt": "2026-11-30T06:30:00.000Z"
                     *         }
                     *       ],
                     *       "areFilesCutShort": false
                     *     }
                     */
                    "application/json": components["schemas"]["MonitoringReport"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    startMonitoring: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "windowStart": "2026-11-29T00:00:00.000Z",
                 *       "windowEnd": "2026-11-30T00:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["MonitoringRequest"];
            };
        };
        responses: {
            /** @description The execution has started */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "workflow": "monitoring",
                     *       "execution": "3f0c9a52-monitoring",
                     *       "executionArn": "arn:aws:states:us-east-1:123456789012:execution:abalone-monitoring:3f0c9a52-monitoring"
                     *     }
                     */
                    "application/json": components["schemas"]["StartedExecution"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    listRetrainingDecisions: {
        parameters: {
            query?: {
                /** @description Entries of a page */
                pageSize?: number;
                /** @description `nextPageToken` of the page before */
                pageToken?: string;
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of decisions; none of a project that is not retrained automatically */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "isOn": true,
                     *       "decisions": [
                     *         {
                     *           "decision": "20261130T000110Z-3fd2a1b90c77",
                     *           "execution": "window-9a1b44c05d12",
                     *           "outcome": "Not enough new rows",
                     *           "trigger": "drift",
                     *           "reason": "40 labelled rows are new since the live model, and 200 are needed.",
                     *           "decidedAt": "2026-11-30T00:01:12.000Z",
                     *           "model": "abalone:3",
                     *           "drifted": [
                     *             "length"
                     *           ],
                     *           "newRows": 40
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description Whether the project is retrained automatically */
                        isOn: boolean;
                        decisions: components["schemas"]["RetrainingDecision"][];
                        /** @description Where the next page begins; missing on the last */
                        nextPageToken?: string;
                    };
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    startRetraining: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["RetrainingRequest"];
            };
        };
        responses: {
            /** @description The execution has started */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "workflow": "retraining",
                     *       "execution": "5c7e0d11",
                     *       "executionArn": "arn:aws:states:us-east-1:123456789012:execution:abalone-retraining:5c7e0d11"
                     *     }
                     */
                    "application/json": components["schemas"]["StartedExecution"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    getProjectSchema: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The project */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "description": "Predicts the number of rings of an abalone from its size and weight",
                     *       "problem": "regression",
                     *       "label": "rings",
                     *       "header": false,
                     *       "delimiter": ",",
                     *       "decimal": ".",
                     *       "encoding": "utf-8",
                     *       "lineEnds": "lf",
                     *       "byteOrderMark": "refuse",
                     *       "missingLabel": "refuse",
                     *       "minimumRows": 100,
                     *       "layout": "file",
                     *       "columns": [
                     *         {
                     *           "name": "sex",
                     *           "type": "category",
                     *           "values": [
                     *             "F",
                     *             "I",
                     *             "M"
                     *           ]
                     *         },
                     *         {
                     *           "name": "length",
                     *           "type": "number",
                     *           "minimum": 0,
                     *           "maximum": 2
                     *         },
                     *         {
                     *           "name": "rings",
                     *           "type": "integer",
                     *           "minimum": 0,
                     *           "maximum": 100
                     *         }
                     *       ],
                     *       "recordColumns": [
                     *         "sex",
                     *         "length"
                     *       ],
                     *       "training": {
                     *         "algorithm": "xgboost",
                     *         "hyperparameters": {
                     *           "max_depth": 5
                     *         },
                     *         "algorithms": {
                     *           "xgboost": {
                     *             "max_depth": {
                     *               "type": "integer",
                     *               "minimum": 1,
                     *               "maximum": 20
                     *             }
                     *           }
                     *         },
                     *         "instanceType": "ml.m5.large",
                     *         "instanceCount": 1,
                     *         "timeoutSeconds": 3600
                     *       },
                     *       "gate": {
                     *         "bounds": [
                     *           {
                     *             "metric": "mse",
                     *             "maximum": 6,
                     *             "over": "test",
                     *             "at": "value"
                     *           }
                     *         ]
                     *       },
                     *       "approval": "manual",
                     *       "serving": {
                     *         "type": "instances",
                     *         "capacity": {
                     *           "instanceType": "ml.m5.large",
                     *           "minimumInstances": 1,
                     *           "maximumInstances": 1
                     *         },
                     *         "rollout": {
                     *           "type": "all-at-once",
                     *           "bakeSeconds": 300
                     *         },
                     *         "capturePercent": 10
                     *       },
                     *       "publicPredict": false
                     *     }
                     */
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    listScorings: {
        parameters: {
            query?: {
                /** @description Entries of a page */
                pageSize?: number;
                /** @description `nextPageToken` of the page before */
                pageToken?: string;
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of scorings; none of a project that scores no files */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "scorings": [
                     *         {
                     *           "project": "abalone",
                     *           "execution": "7c2d4e1f-scoring",
                     *           "name": "june.csv",
                     *           "uri": "s3://stepmill-dev-abalone-storagebucket/scoring-requests/abalone/june.csv",
                     *           "state": "scored",
                     *           "startedAt": "2026-11-30T06:00:00.000Z",
                     *           "stoppedAt": "2026-11-30T06:02:10.000Z",
                     *           "model": "abalone:3",
                     *           "rows": {
                     *             "scored": 4000,
                     *             "rejected": 2
                     *           },
                     *           "drift": {
                     *             "verdict": "ok",
                     *             "drifted": []
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        scorings: components["schemas"]["ScoringSummary"][];
                        /** @description Where the next page begins; missing on the last */
                        nextPageToken?: string;
                    };
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    createScoringUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "fileName": "june.csv",
                 *       "sizeBytes": 191873
                 *     }
                 */
                "application/json": components["schemas"]["UploadRequest"];
            };
        };
        responses: {
            /** @description The form */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "https://stepmill-dev-abalone-storagebucket.s3.us-east-1.amazonaws.com/",
                     *       "fields": {
                     *         "key": "scoring-requests/abalone/june.csv",
                     *         "Content-Type": "text/csv",
                     *         "Policy": "…"
                     *       },
                     *       "uri": "s3://stepmill-dev-abalone-storagebucket/scoring-requests/abalone/june.csv",
                     *       "expiresAt": "2026-11-30T06:15:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Upload"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    getScoring: {
        parameters: {
            query?: {
                /** @description Rows of the preview */
                rows?: number;
            };
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
                /** @description An execution */
                execution: components["schemas"]["ExecutionName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The scoring */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "execution": "7c2d4e1f-scoring",
                     *       "name": "june.csv",
                     *       "uri": "s3://stepmill-dev-abalone-storagebucket/scoring-requests/abalone/june.csv",
                     *       "state": "scored",
                     *       "startedAt": "2026-11-30T06:00:00.000Z",
                     *       "stoppedAt": "2026-11-30T06:02:10.000Z",
                     *       "model": "abalone:3",
                     *       "rows": {
                     *         "scored": 4000,
                     *         "rejected": 2
                     *       },
                     *       "drift": {
                     *         "verdict": "ok",
                     *         "drifted": []
                     *       },
                     *       "problems": [
                     *         {
                     *           "rule": "number",
                     *           "count": 2,
                     *           "examples": [
                     *             "line 7, column length: \"x\" is not a number"
                     *           ]
                     *         }
                     *       ],
                     *       "results": {
                     *         "explained": false,
                     *         "answers": {
                     *           "kind": "number",
                     *           "mean": 9.9,
                     *           "standardDeviation": 2.6,
                     *           "minimum": 4.1,
                     *           "maximum": 19.2,
                     *           "bins": [
                     *             {
                     *               "lower": 4,
                     *               "upper": 20,
                     *               "count": 4000
                     *             }
                     *           ]
                     *         },
                     *         "preview": {
                     *           "columns": [
                     *             "sex",
                     *             "length",
                     *             "prediction"
                     *           ],
                     *           "answerColumns": 1,
                     *           "rows": [
                     *             [
                     *               "M",
                     *               "0.455",
                     *               "8.9"
                     *             ]
                     *           ],
                     *           "isCutShort": true
                     *         }
                     *       },
                     *       "files": [
                     *         {
                     *           "name": "predictions.csv",
                     *           "uri": "s3://stepmill-dev-abalone-storagebucket/scored/abalone/0f1e2d3c4b5a69788796a5b4c3d2e1f0/predictions.csv",
                     *           "url": "https://stepmill-dev-abalone-storagebucket.s3.us-east-1.amazonaws.com/scored/abalone/…?X-Amz-Signature=…",
                     *           "sizeBytes": 210433,
                     *           "expiresAt": "2026-11-30T06:30:00.000Z"
                     *         }
                     *       ],
                     *       "areFilesCutShort": false
                     *     }
                     */
                    "application/json": components["schemas"]["Scoring"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    getTrial: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The trial; null while there is none */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "trial": {
                     *         "type": "ab",
                     *         "endpointConfig": "abalone-v3-1f6a11",
                     *         "champion": {
                     *           "variant": "AllTraffic",
                     *           "model": "abalone:2",
                     *           "percent": 90,
                     *           "invocations": 900,
                     *           "clientErrors": 0,
                     *           "serverErrors": 0,
                     *           "p50Milliseconds": 4.1,
                     *           "p99Milliseconds": 9.8
                     *         },
                     *         "challenger": {
                     *           "variant": "Challenger",
                     *           "model": "abalone:3",
                     *           "percent": 10,
                     *           "invocations": 900,
                     *           "clientErrors": 0,
                     *           "serverErrors": 0,
                     *           "p50Milliseconds": 4.1,
                     *           "p99Milliseconds": 9.8
                     *         },
                     *         "startedAt": "2026-11-29T18:00:00.000Z",
                     *         "endsAt": "2026-11-30T18:00:00.000Z",
                     *         "terms": "It is withdrawn unless a person promotes it."
                     *       }
                     *     }
                     */
                    "application/json": {
                        trial: components["schemas"]["Trial"] | null;
                    };
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    promoteTrial: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Fewer errors"
                 *     }
                 */
                "application/json": components["schemas"]["PromoteTrialRequest"];
            };
        };
        responses: {
            /** @description The promotion has started */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "workflow": "promotion",
                     *       "execution": "9f6e4e53-trial",
                     *       "executionArn": "arn:aws:states:us-east-1:123456789012:execution:abalone-promotion:9f6e4e53-trial"
                     *     }
                     */
                    "application/json": components["schemas"]["StartedExecution"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    withdrawTrial: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Slower"
                 *     }
                 */
                "application/json": components["schemas"]["WithdrawTrialRequest"];
            };
        };
        responses: {
            /** @description The decision on the version on trial */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "abalone:3",
                     *       "status": "Rejected",
                     *       "before": "Approved",
                     *       "decision": "ada: Slower",
                     *       "auditId": "2026-11-29T19:35:00.000Z#5d1f3c0a"
                     *     }
                     */
                    "application/json": components["schemas"]["Decision"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    getPublicForm: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of a former answer */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a record holds */
            200: {
                headers: {
                    ETag: string;
                    /** @description Seconds until asking again */
                    "Poll-After": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "description": "Predicts the number of rings of an abalone from its size and weight",
                     *       "problem": "regression",
                     *       "label": "rings",
                     *       "delimiter": ",",
                     *       "decimal": ".",
                     *       "labelPosition": 2,
                     *       "columns": [
                     *         {
                     *           "name": "sex",
                     *           "type": "category",
                     *           "values": [
                     *             "F",
                     *             "I",
                     *             "M"
                     *           ]
                     *         },
                     *         {
                     *           "name": "length",
                     *           "type": "number",
                     *           "minimum": 0,
                     *           "maximum": 2
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PredictionForm"];
                };
            };
            /** @description Nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Failure400"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    predictPublicly: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A project */
                project: components["schemas"]["ProjectName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "records": [
                 *         {
                 *           "sex": "M",
                 *           "length": 0.455,
                 *           "diameter": 0.365,
                 *           "height": 0.095,
                 *           "whole_weight": 0.514,
                 *           "shucked_weight": 0.2245,
                 *           "viscera_weight": 0.101,
                 *           "shell_weight": 0.15
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PublicPredictionRequest"];
            };
        };
        responses: {
            /** @description One answer a record, in their order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "modelName": "abalone",
                     *       "model": "abalone:3",
                     *       "variant": "AllTraffic",
                     *       "predictions": [
                     *         {
                     *           "prediction": 8.9,
                     *           "inferenceId": "5d1f3c0a-9f6e-4e53-9d4e-1c6f0b1f6a11.1",
                     *           "confidence": {
                     *             "level": "medium"
                     *           },
                     *           "riskFactors": [
                     *             {
                     *               "column": "shell_weight",
                     *               "contribution": -1.2,
                     *               "value": 0.15
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PredictionAnswer"];
                };
            };
            400: components["responses"]["Failure400"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            502: components["responses"]["Failure502"];
            503: components["responses"]["Failure503"];
        };
    };
    startScoring: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "modelName": "abalone",
                 *       "datasetUri": "s3://stepmill-dev-abalone-storagebucket/scoring-requests/abalone/june.csv",
                 *       "version": "abalone:3"
                 *     }
                 */
                "application/json": components["schemas"]["ScoringRequest"];
            };
        };
        responses: {
            /** @description The execution has started */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "workflow": "scoring",
                     *       "execution": "7c2d4e1f-scoring",
                     *       "executionArn": "arn:aws:states:us-east-1:123456789012:execution:abalone-scoring:7c2d4e1f-scoring"
                     *     }
                     */
                    "application/json": components["schemas"]["StartedExecution"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    testState: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "project": "abalone",
                 *       "workflow": "training",
                 *       "execution": "5d1f3c0a-upload",
                 *       "state": "Passes the gate?",
                 *       "input": {},
                 *       "variables": {
                 *         "metrics": {
                 *           "mse": {
                 *             "value": 4.3
                 *           }
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["StateTestRequest"];
            };
        };
        responses: {
            /** @description What the state did */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "SUCCEEDED",
                     *       "output": {},
                     *       "nextState": "Fingerprint archives",
                     *       "inspection": {
                     *         "input": {}
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["StateTest"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
    startTraining: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "modelName": "abalone",
                 *       "datasetUri": "s3://stepmill-dev-abalone-storagebucket/incoming/abalone/abalone.csv",
                 *       "algorithm": "random-forest",
                 *       "hyperparameters": {
                 *         "max_depth": 6
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TrainingRequest"];
            };
        };
        responses: {
            /** @description The execution has started */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project": "abalone",
                     *       "workflow": "training",
                     *       "execution": "5d1f3c0a-training",
                     *       "executionArn": "arn:aws:states:us-east-1:123456789012:execution:abalone-training:5d1f3c0a-training"
                     *     }
                     */
                    "application/json": components["schemas"]["StartedExecution"];
                };
            };
            400: components["responses"]["Failure400"];
            401: components["responses"]["Failure401"];
            403: components["responses"]["Failure403"];
            404: components["responses"]["Failure404"];
            409: components["responses"]["Failure409"];
            413: components["responses"]["Failure413"];
            422: components["responses"]["Failure422"];
            429: components["responses"]["Failure429"];
            431: components["responses"]["Failure431"];
            500: components["responses"]["Failure500"];
            503: components["responses"]["Failure503"];
        };
    };
}
